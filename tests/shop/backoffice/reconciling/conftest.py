"""Comparing talks to the demo's Stripe through the real library, every request recorded and checked."""

import pytest


@pytest.fixture(autouse=True)
def recorded(stripe_requests):
    """Record in every test."""
