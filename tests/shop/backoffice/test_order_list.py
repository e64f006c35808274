"""The order list: everything to recognise an order by, found by what the staff has at hand."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation import jobs, pictures
from shop.catalogue.models import ProductPicture
from shop.orders.models import Order
from shop.payments import calling_off, refunds
from tests.builders import make_product, make_variant
from tests.shop.order_builders import make_order
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db
LIST = "/admin/shop/order/"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def numbers(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [order.number for order in answer.context["cl"].result_list]


def make_pictured_variant(**overrides):
    product = make_product()
    picture = pictures.store(SimpleUploadedFile("p.png", PIXEL), name="p.png")
    ProductPicture.objects.create(product=product, picture=picture, alt="A flute")
    return make_variant(product, **overrides)


def test_a_row_shows_what_an_order_is_recognised_by(owner_client):
    order = make_order(
        (make_pictured_variant(), 2), name="Grace", email="grace@customer.example", country="US"
    )
    page = owner_client.get(LIST).content.decode()
    for text in (
        f"#{order.number}",
        "Grace",
        "grace@customer.example",
        "United States",
        "$94.00",
        "Paid",
        "To ship",
    ):
        assert text in page
    assert '<img class="thumbnail" src="/media/' in page


def test_newest_orders_come_first(owner_client):
    made = [make_order(status="pending").number for _ in range(3)]
    assert numbers(owner_client) == made[::-1]


def test_the_list_costs_the_same_queries_for_many_orders(owner_client):
    queries = 8  # session, user, to ship, countries, count, orders, lines, pictures
    make_order((make_pictured_variant(), 1))
    owner_client.get(LIST)
    assert queries_of(owner_client, LIST) == queries
    for _ in range(4):
        make_order((make_pictured_variant(), 1), (make_pictured_variant(), 1), status="pending")
    assert queries_of(owner_client, LIST) == queries


def test_to_ship_keeps_paid_orders_whose_parcel_is_here_and_whose_money_stays(owner_client):
    to_ship = make_order()
    make_order(status="pending")
    make_order(status="cancelled")
    make_order(status="refunded")
    Order.objects.filter(pk=make_order().pk).update(fulfilment="shipped")
    assert numbers(owner_client, "?queue=to_ship") == [to_ship.number]


def test_badges_tell_what_became_of_the_money(owner_client):
    partly, called_off = make_order(), make_order()
    refunds.refund(
        order_id=partly.pk, units={}, includes_shipping=True, amount_minor=None, shown_minor=600,
        restock=False, reason="", staff=None,
    )  # fmt: skip
    calling_off.call_off(order_id=called_off.pk)
    jobs.run_due()
    page = owner_client.get(LIST).content.decode()
    for state, label in (("partly-refunded", "Partly refunded"), ("called-off", "Called off")):
        assert page.count(f'data-state="{state}">{label}<') == 1


@pytest.mark.parametrize(
    "query", ["?status=paid", "?fulfilment=unfulfilled&status=paid", "?hold=consumed", "?country=US"]
)
def test_a_filter_keeps_what_it_says(owner_client, query):
    wanted = make_order(country="US")
    make_order(status="pending")
    assert numbers(owner_client, query) == [wanted.number]


@pytest.mark.parametrize("query", ["?status=%00", "?country=XX", "?queue=nonsense", "?hold=" + "9" * 400])
def test_an_unknown_filter_value_keeps_everything(owner_client, query):
    order = make_order(status="pending")
    assert numbers(owner_client, query) == [order.number]


@pytest.mark.parametrize("term", ["{number}", "%23{number}", "Grace+Hop", "grace@", "KALIMBA-7", "JD0146"])
def test_an_order_is_found_by(owner_client, term):
    variant = make_variant(sku="KALIMBA-7N")
    order = make_order((variant, 1), status="pending", name="Grace Hopper", email="grace@customer.example")
    order.shipments.create(carrier="DHL", tracking_number="JD014600003")
    make_order(status="pending")
    assert numbers(owner_client, "?q=" + term.format(number=order.number)) == [order.number]


@pytest.mark.parametrize("term", ["%00", "%22", "%27--", "7-note", "9" * 300])
def test_a_strange_search_is_no_error(owner_client, term):
    make_order(status="pending")
    assert owner_client.get(f"{LIST}?q={term}").status_code == 200


def test_nobody_adds_or_deletes_orders(owner_client):
    order = make_order(status="pending")
    assert owner_client.get(f"{LIST}add/").status_code == 403
    assert (
        owner_client.post(reverse("admin:shop_order_delete", args=[order.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert Order.objects.count() == 1
