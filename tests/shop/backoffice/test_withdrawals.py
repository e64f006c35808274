"""Withdrawals at the order desk: what to refund, what comes back, and books that agree."""

import re

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from foundation import jobs
from foundation.mail import OutboxMail
from shop.backoffice import desk
from shop.backoffice.order_file import context as order_file
from shop.catalogue.models import Variant
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order, OrderEvent
from shop.payments.models import Refund
from shop.withdrawals.models import Withdrawal
from tests.builders import make_variant
from tests.shop.backoffice import refund_pages
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.withdrawing import address, fields, ship, units, withdraw

pytestmark = pytest.mark.django_db


def page_of(client, order, query=""):
    return client.get(f"/admin/shop/order/{order.pk}/change/{query}")


def post(client, order, verb, **data):
    return client.post(f"/admin/shop/order/{order.pk}/{verb}/", data, follow=True)


def panel(client, order):
    return page_of(client, order).context["withdrawal"]


def refund_as_proposed(client, order):
    """Press "Fill in the refund", then both steps' buttons."""
    form = page_of(client, order, "?refund=withdrawal").context["refund_form"]
    sent = {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            sent[field.html_name] = "on" if value is True else str(value)
    answer = refund_pages.refund(client, order, sent)
    jobs.run_due()
    order.refresh_from_db()
    return answer


def books_agree():
    call_command("check_stock")
    call_command("check_gift_cards")


def test_the_order_says_what_was_stated_and_what_goes_back(customer, owner_client):
    order = make_order((make_variant(), 2))
    with time_machine.travel("2026-12-01T09:15Z", tick=False):
        withdraw(customer, order)
    shown = panel(owner_client, order)
    assert (shown.goods, shown.shipping, shown.total) == ("$88.00", "$6.00", "$94.00")
    assert shown.refund_by == "15 December 2026"
    assert shown.comes_back == []
    assert "1 Dec 2026, 09:15 UTC" in shown.statements[0].received
    assert OrderEvent.objects.filter(order=order, text__startswith="Buyer withdrew from 2 ×").count() == 1


def test_the_refund_is_filled_in_and_ends_the_withdrawal(customer, owner_client):
    order = make_order((make_variant(on_hand=5), 2))
    withdraw(customer, order)
    refund_as_proposed(owner_client, order)
    assert (order.refunded_minor, order.is_refunded) == (9400, True)
    assert panel(owner_client, order).total == ""
    assert "Refunded" in panel(owner_client, order).statements[0].state
    assert Variant.objects.get().on_hand == 5
    books_agree()


def test_a_part_is_refunded_without_shipping(customer, owner_client):
    order = make_order((make_variant(), 2))
    withdraw(customer, order, **units(order, 1))
    shown = panel(owner_client, order)
    assert (shown.total, shown.shipping) == ("$44.00", "")
    assert "only when everything does" in shown.shipping_note
    refund_as_proposed(owner_client, order)
    assert order.refunded_minor == 4400
    withdraw(customer, order)
    refund_as_proposed(owner_client, order)
    assert order.is_refunded


def test_a_dearer_delivery_is_refunded_as_the_cheapest(customer, owner_client):
    order = make_order()
    Order.objects.update(standard_shipping_minor=400)
    withdraw(customer, order)
    shown = panel(owner_client, order)
    assert (shown.shipping, shown.total) == ("$4.00", "$48.00")
    refund_as_proposed(owner_client, order)
    assert order.refunded_minor == 4800
    assert Refund.objects.get().includes_shipping
    assert panel(owner_client, order).total == ""
    books_agree()


def test_a_failed_refund_makes_it_due_again(customer, owner_client):
    order = make_order()
    withdraw(customer, order)
    refund_as_proposed(owner_client, order)
    Refund.objects.update(status="failed")
    Order.objects.update(refunded_minor=0)
    assert panel(owner_client, order).total == "$50.00"


def test_the_first_page_counts_them_and_leads_to_their_queue(customer, owner_client, moderator_client):
    with time_machine.travel("2026-12-01T09:15Z", tick=False):
        orders = [make_order(), make_order()]
        for order in orders:
            withdraw(customer, order)
    make_order()
    page = owner_client.get("/admin/").content.decode()
    assert "<b>2</b> withdrawals to refund, the first by 15 December" in page
    assert "/admin/shop/order/?queue=withdrawn" in page
    assert "withdrawal" not in moderator_client.get("/admin/").content.decode()
    found = owner_client.get("/admin/shop/order/?queue=withdrawn").context["cl"].result_list
    assert {order.number for order in found} == {order.number for order in orders}
    refund_as_proposed(owner_client, orders[0])
    assert "<b>1</b> withdrawal to refund" in owner_client.get("/admin/").content.decode()


def test_what_was_withdrawn_is_not_shipped(customer, owner_client):
    order = make_order((make_variant(), 3))
    ship(order, 1)
    withdraw(customer, order, **units(order, 1))
    assert desk.left_to_ship(order) == {order.lines.get().pk: 1}
    withdraw(customer, order, **units(order, 1))
    order.refresh_from_db()
    assert order.fulfilment == "shipped"
    assert order.number not in to_ship(owner_client)
    with pytest.raises(IllegalTransition):
        desk.ship(order_id=order.pk, carrier="DHL", tracking_number="", staff=None)


def test_an_order_withdrawn_from_before_it_left_waits_for_no_parcel(customer, owner_client):
    order = make_order()
    withdraw(customer, order)
    assert order.number not in to_ship(owner_client)
    page = customer.get(order.get_absolute_url()).content.decode()
    assert "You have withdrawn from this order" in page
    assert "Cancel this order" not in page


def to_ship(client):
    rows = client.get("/admin/shop/order/?queue=to_ship").context["cl"].result_list
    return [order.number for order in rows]


def test_what_left_should_come_back_until_it_did(customer, owner_client):
    variant = make_variant(on_hand=5)
    order = make_order((variant, 3))
    ship(order, 2)
    withdraw(customer, order)
    title = variant.full_title
    assert panel(owner_client, order).comes_back == [f"2 × {title}"]
    post(owner_client, order, "goods-back", withdrawal=Withdrawal.objects.get().pk)
    assert panel(owner_client, order).comes_back == []
    refund_as_proposed(owner_client, order)
    assert Variant.objects.get().on_hand == 5
    books_agree()


def test_goods_that_are_not_back_yet_do_not_go_into_stock(customer, owner_client):
    order = make_order((make_variant(on_hand=5), 1))
    ship(order)
    withdraw(customer, order)
    refund_as_proposed(owner_client, order)
    assert Variant.objects.get().on_hand == 4
    assert panel(owner_client, order).comes_back != []


def test_refusing_tells_the_buyer_why_and_sells_the_units_again(customer, owner_client):
    order = make_order((make_variant(), 2))
    withdraw(customer, order, **units(order, 1))
    withdraw(customer, order, **units(order, 1))
    first, second = Withdrawal.objects.order_by("pk")
    post(owner_client, order, "refuse-withdrawal", withdrawal=first.pk, reason="The seal was broken")
    assert "The seal was broken" in OutboxMail.objects.filter(message="withdrawal_refused")[0].text
    assert "The seal was broken" in customer.get(f"{address(order)}{first.pk}/").content.decode()
    assert panel(owner_client, order).total == "$44.00"
    assert [line.until for line in second.lines.all()] == [1]
    assert next(iter(units(order, 1).items())) in fields(customer, order).items()
    refund_as_proposed(owner_client, order)
    assert panel(owner_client, order).total == ""


def test_refusing_asks_for_a_reason_at_its_field(customer, owner_client):
    order = make_order()
    withdraw(customer, order)
    page = post(owner_client, order, "refuse-withdrawal", withdrawal=Withdrawal.objects.get().pk, reason=" ")
    assert "Say why: the buyer reads it." in page.content.decode()
    assert Withdrawal.objects.get().refused_at is None


def test_what_was_paid_back_cannot_be_refused(customer, owner_client):
    order = make_order()
    withdraw(customer, order)
    refund_as_proposed(owner_client, order)
    page = post(owner_client, order, "refuse-withdrawal", withdrawal=Withdrawal.objects.get().pk, reason="No")
    assert "paid back already" in page.content.decode()
    assert Withdrawal.objects.get().refused_at is None


def test_a_disputed_order_can_be_withdrawn_from_but_not_paid_back_twice(customer, owner_client):
    order = make_order()
    dispute(order)
    withdraw(customer, order)
    assert panel(owner_client, order).goods == ""
    assert panel(owner_client, order).to_refund != []


def test_an_order_called_off_after_a_withdrawal_waits_for_nothing(customer, owner_client):
    order = make_order((make_variant(on_hand=5), 2))
    withdraw(customer, order, **units(order, 1))
    desk.call_off(order_id=order.pk, shown_minor=9400, staff=None)
    jobs.run_due()
    assert "withdrawal to refund" not in re.sub(
        r"<b>0</b>[^<]*", "", owner_client.get("/admin/").content.decode()
    )
    assert Variant.objects.get().on_hand == 5
    books_agree()


@pytest.mark.parametrize("verb", ["delivery", "goods-back", "refuse-withdrawal"])
def test_only_those_who_may_change_orders_press_the_buttons(moderator_client, verb):
    order = make_order()
    assert post(moderator_client, order, verb).status_code == 403
    assert Client().post(f"/admin/shop/order/{order.pk}/{verb}/").status_code == 302


@pytest.mark.parametrize("withdrawal", ["", "x", "9" * 40, "²"])
def test_a_button_for_no_withdrawal_does_nothing(owner_client, withdrawal):
    order = make_order()
    for verb in ("goods-back", "refuse-withdrawal"):
        assert post(owner_client, order, verb, withdrawal=withdrawal, reason="No").status_code == 200


def test_the_withdrawal_of_another_order_stays_as_it_is(customer, owner_client):
    order, other = make_order(), make_order()
    withdraw(customer, order)
    post(owner_client, other, "goods-back", withdrawal=Withdrawal.objects.get().pk)
    assert Withdrawal.objects.get().goods_back_at is None


def test_the_page_costs_the_same_queries_for_many_statements(customer, owner_client):
    from tests.shop.query_counts import queries_of

    order = make_order((make_variant(on_hand=6), 6))
    withdraw(customer, order, **units(order, 1))
    address_in_admin = f"/admin/shop/order/{order.pk}/change/"
    owner_client.get(address_in_admin)
    few = queries_of(owner_client, address_in_admin)
    for _ in range(3):
        withdraw(customer, order, **units(order, 1))
    assert queries_of(owner_client, address_in_admin) == few
    assert order_file(order, can_change=True)["withdrawal"].total == "$176.00"
