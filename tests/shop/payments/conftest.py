"""Payments talk to the demo's Stripe through the real library, every request recorded and checked."""

import pytest

from shop.payments import stripe_api
from shop.payments.demo import server
from tests.builders import make_variant
from tests.shop.checkout_builders import open_shop
from tests.stripe_recorder import Recorder


@pytest.fixture
def stripe_requests():
    """The recorder of this test's requests to Stripe; fails when one was not valid."""
    recorder = Recorder(server.answer)
    stripe_api.use_local_server(recorder)
    yield recorder
    stripe_api.use_local_server(server.answer)
    recorder.assert_valid()


@pytest.fixture(autouse=True)
def shop(db):
    """Ship and tax as the demo does."""
    open_shop()


@pytest.fixture
def variant():
    """A variant of which two are on hand."""
    return make_variant(on_hand=2)
