"""Events that the shop has and has not worked on."""

import datetime as dt

import pytest

from shop.payments.models import WebhookEvent
from tests.shop.backoffice.reconciling.looking import differences, press
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
LONG = dt.timedelta(minutes=11)


def test_an_event_that_waits_too_long_is_worked_on():
    make_order()
    event = WebhookEvent.objects.get()
    at = event.received_at.strftime("%-d %b %Y, %H:%M UTC")
    assert differences(pause=dt.timedelta(minutes=9)) == []
    found = f"The event checkout.session.completed of {at} has not been worked on ({event.event_id})."
    assert differences(pause=LONG) == [found]
    assert press("process", pause=LONG) == ""
    assert WebhookEvent.objects.get().status == "done"
    assert differences(pause=LONG) == []


def test_an_event_that_cannot_be_worked_on_says_why(stripe_requests):
    make_order()
    differences(pause=LONG)
    real = stripe_requests.server
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    assert press("process", pause=LONG).startswith("Stripe: APIError")
    stripe_requests.server = real
    assert press("process", pause=LONG) == ""


def test_an_event_of_another_shop_at_the_same_account_is_no_difference():
    make_order()
    WebhookEvent.objects.update(note="No payment for session cs_other.")
    assert differences(pause=LONG) == []
