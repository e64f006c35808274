"""An order's page in the admin: all facts, none of them editable."""

import pytest

from foundation import jobs
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.models import Refund
from tests.builders import make_variant
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db


def address(order):
    return f"/admin/shop/order/{order.pk}/change/"


def tables(answer):
    return {
        table.key: [[cell.text for cell in row] for row in table.rows] for table in answer.context["tables"]
    }


def test_the_page_tells_everything_about_a_paid_order(owner_client):
    order = make_order((make_variant(sku="KALIMBA"), 2), line2="c/o Kora")
    answer = owner_client.get(address(order))
    page = answer.content.decode()
    for text in (
        order.name,
        "Lindenstraße 1",
        "c/o Kora",
        "50674 Köln",
        "Germany",
        order.email,
        "KALIMBA",
        "$94.00",
    ):
        assert text in page
    assert f'href="{order.get_absolute_url()}"' in page
    facts = tables(answer)
    payment = order.payments.get()
    assert facts["payments"][0][:5] == ["1", "Paid", "$94.00", "$94.00", payment.session_id]
    assert facts["movements"][0][:4] == ["KALIMBA", "-2", "Sold", f"order {order.number}"]
    assert [row[0] for row in facts["history"]] == ["Ordered", "Paid"]
    assert len(facts["mails"]) == 3
    assert "refunds" not in facts
    assert "shipments" not in facts


def test_the_page_tells_of_shipments_and_refunds(owner_client):
    order = make_order(status="refunded")
    order.shipments.create(carrier="DHL", tracking_number="JD01")
    facts = tables(owner_client.get(address(order)))
    assert facts["shipments"][0][:2] == ["DHL", "JD01"]
    assert facts["refunds"][0][1:5] == [
        "Succeeded",
        "$50.00",
        f"1 × {order.lines.get().title}, shipping",
        "no",
    ]


def test_the_page_tells_how_each_try_to_pay_went(owner_client):
    order = make_order(status="pending")
    order.payments.update(closing="called_off", refusals=2, reason="Your card was declined.")
    page = tables(owner_client.get(address(order)))["payments"][0]
    assert page[5] == "The order was called off · 2 cards were refused · Your card was declined."


def test_a_line_says_how_much_of_it_went_back_and_what_is_left_to_ship(owner_client):
    order = make_order((make_variant(), 3))
    refunds.refund(
        order_id=order.pk, units={order.lines.get().pk: 1}, includes_shipping=False, amount_minor=None,
        shown_minor=4400, restock=True, reason="", staff=None,
    )  # fmt: skip
    assert "1 refunded" in owner_client.get(address(order)).content.decode()
    jobs.run_due()
    page = owner_client.get(address(order)).content.decode()
    assert "1 refunded · 1 back in stock · 2 to ship" in page
    assert "Partly refunded</span>" in page


def test_a_refund_that_failed_pays_no_units_back(owner_client):
    order = make_order()
    refunds.refund_everything(order_id=order.pk, restock=False)
    Refund.objects.update(status="failed", failure="expired card")
    page = owner_client.get(address(order)).content.decode()
    assert "1 refunded" not in page
    assert "everything that is left: $50.00" in page


def test_mails_of_another_order_are_not_shown(owner_client):
    order = make_order(status="pending")
    Order.objects.filter(pk=order.pk).update(number=1)
    make_order(status="pending")  # its mails are about "order 1002", which begins like "order 1"
    assert "mails" not in tables(owner_client.get(address(order)))


def test_the_page_costs_the_same_queries_for_many_lines(owner_client):
    short, long = make_order(), make_order(*[(make_variant(), 1) for _ in range(5)])
    owner_client.get(address(short))
    assert [queries_of(owner_client, address(order)) for order in (short, long)] == [28, 28]


def test_the_page_costs_the_same_queries_for_many_refunds_and_disputes(owner_client):
    order = make_order((make_variant(), 3))
    for _ in range(3):
        refunds.refund(
            order_id=order.pk, units={}, includes_shipping=False, amount_minor=100, shown_minor=100,
            restock=False, reason="", staff=None,
        )  # fmt: skip
        dispute(order, amount_minor=100)
    owner_client.get(address(order))
    assert queries_of(owner_client, address(order)) == 27


def test_nothing_is_edited_by_posting_to_the_page(owner_client):
    order = make_order(status="pending")
    assert owner_client.post(address(order), {"name": "Mallory", "status": "paid"}).status_code == 405
    order.refresh_from_db()
    assert (order.name, order.status) == ("Ada Buyer", "pending")


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded"])
def test_what_cannot_be_done_is_not_offered(owner_client, status):
    page = owner_client.get(address(make_order(status=status))).content.decode()
    assert "Mark shipped" not in page
    assert "What goes back" not in page


def test_the_page_says_that_a_refund_is_on_its_way_until_it_is_booked(owner_client):
    order = make_order()
    refunds.refund_everything(order_id=order.pk, restock=False)
    page = owner_client.get(address(order)).content.decode()
    assert "Refund is on its way: $50.00" in page
    assert "Mark shipped" not in page
    assert "What goes back" not in page
    jobs.run_due()
    page = owner_client.get(address(order)).content.decode()
    assert "on its way:" not in page
    assert 'data-state="refunded"' in page


@pytest.mark.parametrize("pk", ["0", "nonsense", "9" * 40, "%00"])
def test_an_order_that_is_not_there_leads_back(owner_client, pk):
    for verb in ("change", "ship", "refund", "cancel"):
        answer = owner_client.get(f"/admin/shop/order/{pk}/{verb}/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
