"""The recorder of requests to Stripe, for the tests of the back office that name it."""

import pytest

from shop.payments import stripe_api
from shop.payments.demo import server
from tests.stripe_recorder import Recorder


@pytest.fixture
def stripe_requests(db):
    """Record this test's requests to Stripe; fail when one was not valid."""
    recorder = Recorder(server.answer)
    stripe_api.use_local_server(recorder)
    yield recorder
    stripe_api.use_local_server(server.answer)
    recorder.assert_valid()
