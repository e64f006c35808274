"""Comparing talks to the demo's Stripe through the real library, every request recorded and checked."""

import pytest

from shop.payments import stripe_api
from shop.payments.demo import server
from tests.stripe_recorder import Recorder


@pytest.fixture(autouse=True)
def stripe_requests(transactional_db):
    """Record this test's requests to Stripe; fail when one was not valid."""
    recorder = Recorder(server.answer)
    stripe_api.use_local_server(recorder)
    yield recorder
    stripe_api.use_local_server(server.answer)
    recorder.assert_valid()
