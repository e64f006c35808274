"""manage.py reconcile: the same sentences as the screen, and an exit code for machines."""

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Variant
from shop.orders.models import Order
from shop.payments.demo.models import DemoSession
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import SOON, later, pay_silently
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def reconcile(capsys, *arguments):
    """Return the exit code and the printed lines."""
    code = 0
    with later(SOON):
        try:
            call_command("reconcile", *arguments)
        except SystemExit as end:
            code = end.code
    return code, capsys.readouterr().out.splitlines()


def test_agreement_is_said_and_is_0(capsys):
    for status in ("pending", "paid", "cancelled", "refunded"):
        make_order(status=status)
    assert reconcile(capsys) == (0, ["Stripe and the shop agree."])


def unnoticed_money():
    order = make_order(status="cancelled")
    pay_silently(order.payments.get())
    return order, f"Stripe has $50.00 for order {order}; here the payment is “Expired”."


def test_each_difference_has_its_line_and_the_end_is_1(capsys):
    _order, sentence = unnoticed_money()
    make_variant(sku="QUENA")
    Variant.objects.filter(sku="QUENA").update(on_hand=7)
    assert reconcile(capsys) == (1, [sentence, "QUENA: on hand 7, movements add up to 5"])


def test_what_needs_no_decision_is_mended_first_when_asked_for(capsys):
    order, sentence = unnoticed_money()
    assert reconcile(capsys, "--mend") == (0, [f"Mended: {sentence}", "Stripe and the shop agree."])
    order.refresh_from_db()
    assert order.status == "paid"


def test_what_needs_a_decision_is_left_alone(capsys, stripe_requests):
    order = make_order()
    DemoSession.objects.all().delete()
    sentence = f"Order {order} counts $50.00 as paid, but Stripe does not know the payment."
    assert reconcile(capsys, "--mend") == (1, [sentence])
    assert Order.objects.get().status == "paid"


def test_what_could_not_be_mended_says_why(capsys):
    variant = make_variant(sku="QUENA", on_hand=2)
    make_order((variant, 2), status="pending")
    Variant.objects.update(on_hand=1, reserved=1)
    variant.movements.update(delta=1)
    why = "Too few units are on hand: count the shelf first."
    assert reconcile(capsys, "--mend") == (1, [f"QUENA: reserved 1, orders hold 2 ({why})"])


def test_a_stripe_that_cannot_be_asked_is_said_and_is_1(capsys, stripe_requests):
    make_order()
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    code, lines = reconcile(capsys)
    assert code == 1
    assert lines[-1].startswith("Stripe could not be asked: APIError")


@pytest.mark.parametrize("days", ["0", "-1", "366"])
def test_days_beyond_sense_are_refused(days, stripe_requests):
    make_order()
    with pytest.raises(CommandError, match="between 1 and 365"):
        call_command("reconcile", f"--days={days}")
