"""The staff finds an order by whatever it has at hand, however that is written."""

import pytest

from shop.orders.models import Shipment
from shop.papers.models import Paper
from tests.builders import make_variant
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
LIST = "/admin/shop/order/"


def found(client, term):
    answer = client.get(LIST, {"q": term})
    assert answer.status_code == 200
    return [order.pk for order in answer.context["cl"].result_list]


@pytest.fixture
def order():
    make_order((make_variant(), 1), name="Grace", phone="030 555 000", postal_code="99999")
    order = make_order(
        (make_variant(sku="ÅB-1"), 1),
        name="Søren Łukasz",
        phone="+49 (0)171/123 45-67",
        postal_code="SW1A 1AA",
    )
    Shipment.objects.create(order=order, carrier="DHL", tracking_number="JJD 0003-4567")
    return order


KNOWN = [
    "soren", "LUKASZ", "Søren Łukasz", "åb-1", "ab-1", "sw1a1aa", "SW1A 1AA", "ｓｗ１ａ", "jjd00034567",
    "JJD 0003", "0171 1234567", "+49 171 1234567", "0049171/1234567", "01711234567", "1234567",
    "(0171) 12345-67", "0171１２３",
]  # fmt: skip


def test_an_order_is_found_however_what_is_known_of_it_is_written(owner_client, order):
    assert {term: found(owner_client, term) for term in KNOWN} == {term: [order.pk] for term in KNOWN}


def test_an_order_is_found_by_its_number_with_or_without_words(owner_client, order):
    for template in ("#{}", "{}", "order {}", "Order no. {}", "ORDER #{}"):
        assert order.pk in found(owner_client, template.format(order.number)), template


def test_an_order_is_found_by_the_number_of_its_invoice(owner_client, order):
    number = 9_000_123
    Paper(kind=Paper.Kind.INVOICE, number=number, order=order, reference=f"order {order.number}x", facts={},
          issued_at=order.created_at).save()  # fmt: skip
    for template in ("{}", "invoice {}", "Invoice no. {}", "#{}"):
        assert found(owner_client, template.format(number)) == [order.pk], template


def test_signs_alone_and_other_numbers_find_nothing(owner_client, order):
    for term in ("()", "\u0301", "99 171 1234568", "zz"):
        assert order.pk not in found(owner_client, term), term
