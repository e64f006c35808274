"""Before going live: Stripe has reached the shop."""

import pytest

from shop.payments import setup_checks
from shop.payments.models import WebhookEvent

pytestmark = pytest.mark.django_db


def test_a_shop_in_test_mode_waits_for_the_first_event(settings):
    settings.SHOP_MODE = "test"
    [found] = setup_checks.stripe_was_heard_of()
    assert "register its webhook" in found.text
    WebhookEvent.objects.create(event_id="evt_1", kind="checkout.session.completed", payload={})
    assert list(setup_checks.stripe_was_heard_of()) == []


@pytest.mark.parametrize("mode", ["demo", "live"])
def test_only_test_mode_asks_for_events(settings, mode, django_assert_num_queries):
    settings.SHOP_MODE = mode
    with django_assert_num_queries(0):
        assert list(setup_checks.stripe_was_heard_of()) == []
