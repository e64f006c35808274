"""A VAT number is corrected at the price that was paid, and the corrected invoice carries it."""

import pytest

from foundation.models import SiteIdentity
from tests.shop.backoffice.correction_pages import correct, events, pdf
from tests.shop.checkout_builders import open_shop
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop_with_vat_number")]


@pytest.fixture
def shop_with_vat_number(transactional_db):
    open_shop()
    SiteIdentity.objects.update_or_create(pk=1, defaults={"tax_number": "DE136695976"})


def amounts(order):
    return order.total_minor, order.tax_included_minor, order.tax_added_minor, order.is_reverse_charge


def test_a_vat_number_is_corrected_and_stands_on_a_corrected_invoice_at_the_price_that_was_paid(
    owner_client, customer
):
    order = make_order()
    before, first = amounts(order), order.papers.get()
    answer = correct(owner_client, order, company="Prater GmbH", vat_number=" de 136 695 976 ")
    assert answer.status_code == 302
    assert (order.vat_number, amounts(order)) == ("DE136695976", before)
    assert ("VAT number corrected: – → DE136695976", "owner") in events(order)
    second = order.papers.get(number=first.number + 1)
    assert "Your VAT number: DE136695976" in pdf(customer, second)
    assert (second.facts["taxes"], second.facts["total_minor"]) == (
        first.facts["taxes"], first.facts["total_minor"]
    )  # fmt: skip
    assert correct(owner_client, order, vat_number="").status_code == 302
    assert ("VAT number corrected: DE136695976 → –", "owner") in events(order)
    assert order.papers.count() == 3


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("DE136695977", "This is not a VAT number of the European Union."),
        ("ATU13585627", "This number is of Austria, but the order goes to Germany."),
    ],
)
def test_a_number_that_cannot_stand_on_the_invoice_is_refused_at_the_field(owner_client, typed, says):
    order = make_order()
    answer = correct(owner_client, order, vat_number=typed)
    assert says in answer.content.decode()
    assert 'id="id_vat_number_error"' in answer.content.decode()
    assert order.vat_number == ""


def test_an_order_without_tax_keeps_a_number_that_allows_it(owner_client):
    order = make_order(country="AT", postal_code="1020", city="Wien", vat_number="ATU13585627")
    type(order).objects.filter(pk=order.pk).update(is_reverse_charge=True)
    page = correct(owner_client, order, vat_number="").content.decode()
    assert "This order was sold without tax because of its VAT number" in page
    assert order.vat_number == "ATU13585627"
