"""A whole order, its payment and its refund in currencies that Stripe counts differently."""

import pytest

from foundation import jobs
from shop.payments import refunds
from shop.payments.demo.models import DemoRefund, DemoSession
from tests.shop.checkout_builders import buy, newest_payment, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.mark.parametrize(
    ("currency", "tax_minor", "at_stripe", "shown"),
    [
        ("USD", 493, 7293, "$72.93"),
        ("JPY", 493, 7293, "¥7,293"),
        ("ISK", 493, 729300, "ISK7,293"),
        ("KWD", 490, 7290, "KWD7.290"),
    ],
)
def test_what_is_charged_and_refunded_is_what_the_order_says(
    client, variant, settings, currency, tax_minor, at_stripe, shown
):
    settings.SHOP_CURRENCY = currency
    order = buy(client, variant, country="US", region="CA", postal_code="94110", city="San Francisco")
    assert (order.tax_added_minor, order.total_minor) == (tax_minor, 6800 + tax_minor)
    session = DemoSession.objects.get()
    assert (session.amount_total, session.currency) == (at_stripe, currency.lower())
    page = client.get(f"/pay/demo/{session.token}/").content.decode()
    assert f"Pay {shown}" in page.replace("\xa0", "")
    press(client, order, "pay")
    jobs.run_due()
    assert newest_payment(order).status == "paid"
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    order.refresh_from_db()
    assert DemoRefund.objects.get().amount == at_stripe
    assert order.refunded_minor == order.total_minor
