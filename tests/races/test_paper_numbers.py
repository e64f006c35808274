"""Parallel payments and refunds take numbers without gaps, and one that fails takes none."""

import pytest
from django.db import transaction

from shop.orders.models import NumberSequence, Order
from shop.papers.models import Paper
from shop.payments import paperwork, refunds, sync
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.order_builders import make_order, place
from tests.shop.papers.paper_builders import forget

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
ORDERS = 10


def paid_at_stripe():
    """Return payments whose money came, of which the shop knows nothing yet."""
    from django.test import Client
    from django.urls import reverse

    from shop.payments.demo.models import DemoSession

    payments = []
    for _number in range(ORDERS):
        order = place((make_variant(on_hand=5), 1))
        payment = sync.sync(order.payments.get().pk, patient=False)
        token = DemoSession.objects.get(session_id=payment.session_id).token
        Client().post(reverse("payments_demo:page", args=[token]), {"action": "pay"})
        payments.append(payment.pk)
    return payments


def numbers(kind):
    return sorted(Paper.objects.filter(kind=kind).values_list("number", flat=True))


def test_parallel_payments_take_each_number_once_and_leave_none_out():
    payments = paid_at_stripe()
    race(lambda n: sync.sync(payments[n % ORDERS], patient=True), ORDERS * 2)
    assert Order.objects.filter(status="paid").count() == ORDERS
    assert numbers("invoice") == list(range(1001, 1001 + ORDERS))
    assert NumberSequence.objects.get(name="invoice").next_number == 1001 + ORDERS


def test_transactions_that_fail_after_taking_a_number_leave_no_gap():
    orders = [make_order() for _number in range(6)]
    forget()

    def issue(n):
        with transaction.atomic():
            order = Order.objects.select_for_update().get(pk=orders[n].pk)
            paperwork.invoice(order)
            if n % 2:
                raise ZeroDivisionError

    results = race(issue, len(orders))
    assert [type(result).__name__ for result in results] == ["NoneType", "ZeroDivisionError"] * 3
    assert numbers("invoice") == [1001, 1002, 1003]


def test_a_refund_booked_by_many_at_once_has_one_credit_note():
    order = make_order((make_variant(on_hand=5), 2))
    row = refunds.refund_everything(order_id=order.pk, restock=False)[0]
    race(lambda _n: refunds.book(row.pk, {"id": "re_1", "status": "succeeded"}), 6)
    assert numbers("credit_note") == [1001]
