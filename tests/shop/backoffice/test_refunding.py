"""Refund: chosen, asked once more with the exact amount, sent once by the worker, with or without restock."""

import pytest

from foundation import jobs
from foundation.models import OutboxMail
from shop.orders.holds import reserved_differences
from shop.payments import refunds
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Refund
from shop.stock.ledger import on_hand_differences
from shop.stock.models import StockMovement
from tests.builders import make_variant
from tests.shop.backoffice.refund_pages import EVERYTHING, confirm, hidden_fields, post, refund
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


def test_the_first_press_only_asks(owner_client):
    order = make_order()
    page = post(owner_client, order, EVERYTHING | {"restock": "yes"}).content.decode()
    assert "Refund $50.00 now" in page
    assert "go back into stock" in page
    assert order.email in page
    assert hidden_fields(page) == {
        "what": "everything",
        f"units_{order.lines.get().pk}": "",
        "shipping": "False",
        "amount": "",
        "restock": "yes",
        "reason": "Cracked",
        "shown_minor": "5000",
        "left_minor": "5000",
    }
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(("restock", "on_hand"), [("yes", 5), ("no", 3)])
def test_the_worker_refunds_and_restocks_by_choice(owner_client, owner, restock, on_hand):
    variant = make_variant(on_hand=5)
    order = make_order((variant, 2))
    answer = refund(owner_client, order, EVERYTHING | {"restock": restock})
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


def test_units_and_shipping_go_back_at_what_was_paid_for_them(owner_client):
    flute, drum = make_variant(), make_variant(price_minor=1000)
    order = make_order((flute, 2), (drum, 1))
    first = order.lines.get(variant=flute)
    part = {"what": "part", f"units_{first.pk}": "1", "shipping": "on", "restock": "yes"}
    page = post(owner_client, order, part).content.decode()
    assert "Refund $50.00 now" in page
    assert f"1 × {first.title}" in page
    confirm(owner_client, order, page)
    jobs.run_due()
    flute.refresh_from_db()
    drum.refresh_from_db()
    order.refresh_from_db()
    row = Refund.objects.get()
    assert (order.refunded_minor, order.public_status) == (5000, "paid")
    assert (flute.on_hand, drum.on_hand) == (4, 4)
    assert (row.amount_minor, row.includes_shipping) == (5000, True)
    assert [(part.order_line, part.quantity) for part in row.lines.all()] == [(first, 1)]
    assert on_hand_differences() + reserved_differences() == []


def test_another_amount_is_refunded_exactly_and_told_apart(owner_client):
    order = make_order()
    line = order.lines.get()
    part = {"what": "part", f"units_{line.pk}": "1", "amount": "30.07", "restock": "no"}
    page = post(owner_client, order, part).content.decode()
    assert "Refund $30.07 now" in page
    assert "worth $44.00" in page
    confirm(owner_client, order, page)
    assert Refund.objects.get().amount_minor == 3007


def test_an_amount_alone_brings_no_goods_back(owner_client):
    order = make_order()
    page = post(owner_client, order, {"what": "part", "amount": "7", "restock": "no"}).content.decode()
    assert "No instruments come back" in page
    confirm(owner_client, order, page)
    row = Refund.objects.get()
    assert (row.amount_minor, row.lines.count(), row.restock) == (700, 0, False)


def test_what_went_back_before_is_not_offered_again(owner_client):
    flute, drum = make_variant(), make_variant(price_minor=1000)
    order = make_order((flute, 2), (drum, 1))
    lines = {line.variant_id: line for line in order.lines.all()}
    part = {"what": "part", f"units_{lines[flute.pk].pk}": "1", f"units_{lines[drum.pk].pk}": "1"}
    refund(owner_client, order, part | {"shipping": "on", "restock": "no"})
    jobs.run_due()
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "everything that is left: $44.00" in page
    assert f'name="units_{lines[flute.pk].pk}"' in page
    assert "0 to 1" in page
    assert f'name="units_{lines[drum.pk].pk}"' not in page
    assert 'name="shipping"' not in page
    refund(owner_client, order, EVERYTHING)
    jobs.run_due()
    order.refresh_from_db()
    assert order.public_status == "refunded"


def test_a_refund_of_an_amount_leaves_the_rest_to_everything(owner_client):
    order = make_order()
    refund(owner_client, order, {"what": "part", "amount": "20", "restock": "no"})
    page = post(owner_client, order, EVERYTHING).content.decode()
    assert "Refund $30.00 now" in page


def test_the_returned_stock_is_shown_on_the_orders_page(owner_client):
    order = make_order()
    refund(owner_client, order, EVERYTHING | {"restock": "yes"})
    jobs.run_due()
    answer = owner_client.get(f"/admin/shop/order/{order.pk}/change/")
    movements = next(table for table in answer.context["tables"] if table.key == "movements")
    returned = [cell.text for cell in movements.rows[1]][1:4]
    assert returned == ["+1", "Returned", f"refund {Refund.objects.get().pk}"]
    assert "1 refunded · 1 back in stock" in answer.content.decode()


PART = {"what": "part", "amount": "10", "restock": "no"}


@pytest.mark.parametrize("chosen", [EVERYTHING, PART], ids=["everything", "amount"])
def test_a_doubled_click_refunds_once(owner_client, chosen):
    order = make_order()
    page = post(owner_client, order, chosen).content.decode()
    confirm(owner_client, order, page)
    second = confirm(owner_client, order, page)
    assert second.status_code == 200
    assert "left to refund" in second.content.decode()
    jobs.run_due()
    assert "left to refund" in confirm(owner_client, order, page).content.decode()
    jobs.run_due()
    assert (Refund.objects.count(), DemoRefund.objects.count()) == (1, 1)


def test_a_doubled_click_on_units_refunds_and_restocks_once(owner_client):
    order = make_order()
    line = order.lines.get()
    chosen = {"what": "part", f"units_{line.pk}": "1", "restock": "yes"}
    page = post(owner_client, order, chosen).content.decode()
    confirm(owner_client, order, page)
    second = confirm(owner_client, order, page).content.decode()
    assert f"Nothing of {line.title} is left to refund." in second
    jobs.run_due()
    assert Refund.objects.count() == 1
    assert StockMovement.objects.filter(kind="returned").count() == 1


def test_two_tabs_refund_once(owner_client):
    order = make_order((make_variant(), 2))
    line = order.lines.get()
    chosen = {"what": "part", f"units_{line.pk}": "1", "restock": "yes"}
    tabs = [post(owner_client, order, chosen).content.decode() for _ in range(2)]
    confirm(owner_client, order, tabs[0])
    assert "Meanwhile $50.00 is left to refund" in confirm(owner_client, order, tabs[1]).content.decode()
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("changed", [{"shown_minor": "4999"}, {"left_minor": "4999"}])
def test_another_amount_than_the_one_shown_is_not_refunded(owner_client, changed):
    order = make_order()
    page = post(owner_client, order, EVERYTHING).content.decode()
    answer = confirm(owner_client, order, page, **changed)
    assert "Meanwhile $50.00 is left to refund" in answer.content.decode()
    assert Refund.objects.count() == 0


def test_the_price_of_the_units_is_ours_and_not_the_pages(owner_client):
    order = make_order()
    chosen = {"what": "part", f"units_{order.lines.get().pk}": "1", "restock": "no"}
    page = post(owner_client, order, chosen).content.decode()
    answer = confirm(owner_client, order, page, shown_minor="1")
    assert "Meanwhile this is worth $44.00" in answer.content.decode()
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded"])
def test_an_order_without_money_is_not_refunded(owner_client, status):
    order = make_order(status=status)
    made = Refund.objects.count()
    for more in ({}, {"shown_minor": "5000", "left_minor": "5000"}):
        answer = post(owner_client, order, EVERYTHING | more)
        assert answer.status_code == 200
        assert "left to refund" in answer.content.decode()
    assert Refund.objects.count() == made


def test_a_refund_that_stripe_refuses_is_told_and_can_be_asked_for_again(owner_client):
    order = make_order()
    refund(owner_client, order, EVERYTHING)
    DemoRefund.objects.create(
        refund_id="re_other", intent_id=order.payments.get().intent_id, amount=1, currency="usd"
    )
    jobs.run_due()
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "The last refund failed: Refund amount is greater than what is left." in page
    assert "everything that is left: $50.00" in page


def test_the_page_says_which_refund_was_made_at_stripe(owner_client):
    order = make_order()
    refunds.request(payment=order.payments.get(), amount_minor=100, restock=False, reason="")
    Refund.objects.update(is_imported=True)
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "made at Stripe" in page
