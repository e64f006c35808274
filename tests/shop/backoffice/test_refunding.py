"""Refund everything: asked twice, sent once by the worker, with or without restock."""

import pytest

from foundation import jobs
from foundation.models import OutboxMail
from shop.orders.holds import reserved_differences
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Refund
from shop.stock.ledger import on_hand_differences
from shop.stock.models import StockMovement
from tests.builders import make_variant
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)


def post(client, order, **data):
    return client.post(f"/admin/shop/order/{order.pk}/refund/", data, follow=True)


def refund(client, order, restock="no", shown_minor=5000, reason="Cracked"):
    return post(client, order, restock=restock, reason=reason, shown_minor=shown_minor)


def test_the_first_press_only_asks(owner_client):
    order = make_order()
    page = post(owner_client, order, restock="yes", reason="Cracked").content.decode()
    assert "Refund $50.00 now" in page
    assert "go back into stock" in page
    assert 'name="shown_minor" value="5000"' in page
    assert 'value="Cracked"' in page
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(("restock", "on_hand"), [("yes", 5), ("no", 3)])
def test_the_worker_refunds_and_restocks_by_choice(owner_client, owner, restock, on_hand):
    variant = make_variant(on_hand=5)
    order = make_order((variant, 2))
    answer = refund(owner_client, order, restock=restock, shown_minor=9400)
    assert "Refund is on its way" in answer.content.decode()
    order.refresh_from_db()
    assert order.public_status == "paid"
    assert DemoRefund.objects.count() == 0
    jobs.run_due()
    order.refresh_from_db()
    variant.refresh_from_db()
    row = Refund.objects.get()
    assert (order.public_status, variant.on_hand, DemoRefund.objects.get().amount) == (
        "refunded",
        on_hand,
        9400,
    )
    assert (row.status, row.reason, row.staff) == ("succeeded", "Cracked", owner)
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1
    assert on_hand_differences() + reserved_differences() == []


def test_the_returned_stock_is_shown_on_the_orders_page(owner_client):
    order = make_order()
    refund(owner_client, order, restock="yes")
    jobs.run_due()
    answer = owner_client.get(f"/admin/shop/order/{order.pk}/change/")
    movements = next(table for table in answer.context["tables"] if table.key == "movements")
    returned = [cell.text for cell in movements.rows[1]][1:4]
    assert returned == ["+1", "Returned", f"refund {Refund.objects.get().pk}"]


def test_a_doubled_click_refunds_once(owner_client):
    order = make_order()
    refund(owner_client, order, restock="yes")
    second = refund(owner_client, order, restock="yes")
    assert second.status_code == 200
    assert "left to refund" in second.content.decode()
    jobs.run_due()
    third = refund(owner_client, order, restock="yes")
    assert "left to refund" in third.content.decode()
    jobs.run_due()
    assert (Refund.objects.count(), DemoRefund.objects.count()) == (1, 1)
    assert StockMovement.objects.filter(kind="returned").count() == 1


def test_another_amount_than_the_one_shown_is_not_refunded(owner_client):
    answer = refund(owner_client, make_order(), shown_minor=4999)
    assert "Meanwhile $50.00 is left to refund" in answer.content.decode()
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("status", ["pending", "cancelled"])
def test_an_order_without_money_is_not_refunded(owner_client, status):
    order = make_order(status=status)
    for answer in (post(owner_client, order, restock="no"), refund(owner_client, order)):
        assert answer.status_code == 200
        assert "left to refund" in answer.content.decode()
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": "x"}, "restock"),
        ({"restock": "maybe"}, "restock"),
        ({"restock": "no", "reason": "x" * 201}, "reason"),
    ],
)
def test_a_mistake_is_named_next_to_its_field(owner_client, data, field):
    answer = post(owner_client, make_order(), **data)
    assert answer.status_code == 200
    assert f'id="refund_{field}_error"' in answer.content.decode()


@pytest.mark.parametrize("shown_minor", ["", "-1", "many", "²", "9" * 400])
def test_a_garbled_amount_refunds_nothing(owner_client, shown_minor):
    assert refund(owner_client, make_order(), shown_minor=shown_minor).status_code == 200
    assert Refund.objects.count() == 0


def test_a_refund_that_stripe_refuses_is_told_and_can_be_asked_for_again(owner_client):
    order = make_order()
    refund(owner_client, order)
    DemoRefund.objects.create(
        refund_id="re_other", intent_id=order.payments.get().intent_id, amount=1, currency="usd"
    )
    jobs.run_due()
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "The last refund failed: Refund amount is greater than what is left." in page
    assert "Refund everything" in page
