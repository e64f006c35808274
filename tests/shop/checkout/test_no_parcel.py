"""What needs no parcel asks for no street: e-mail, name, country, and where tax depends on it, the place."""

import re

import pytest

from shop.orders.models import Order
from shop.tax.models import TaxRate
from tests.builders import make_product, make_variant
from tests.shop.checkout.test_billing import BILLING
from tests.shop.checkout_builders import ADDRESS, press, put_in_cart, send, shown_total, submit_checkout
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db

BUYER = {"email": "ada@customer.example", "name": "Ada Buyer", "country": "JP"}


@pytest.fixture
def card():
    """A gift card for 50.00."""
    return make_variant(make_product(title="Gift card", is_gift_card=True), sku="CARD", price_minor=5000)


def ask(client, **typed):
    return send(client, BUYER | typed | {"update": "1"}).content.decode()


def order(client, **typed):
    """Order as somebody does who sends only what the page asks for."""
    return send(client, BUYER | typed | {"shown_total": shown_total(ask(client, **typed))})


def fields_of(page):
    return set(re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', page.split('<form class="checkout"')[1]))


def test_gift_cards_alone_ask_for_no_street_and_offer_every_country(client, card):
    put_in_cart(client, card)
    page = client.get("/checkout/").content.decode()
    assert {"email", "name", "country"} <= fields_of(page)
    assert not {"line1", "line2", "postal_code", "city", "region", "phone"} & fields_of(page)
    assert '<option value="DE" selected>' in page
    assert all(f'<option value="{code}">' in page for code in ("JP", "AQ", "XK", "US"))


def test_an_order_of_gift_cards_keeps_name_and_country_and_prints_nothing_else(client, card, owner_client):
    put_in_cart(client, card)
    assert order(client).status_code == 303
    placed = Order.objects.get()
    assert (placed.line1, placed.city, placed.postal_code, str(placed.country)) == ("", "", "", "JP")
    press(client, placed, "pay")
    page = client.get(placed.get_absolute_url()).content.decode()
    shown = page.split("<address>")[1].split("</address>")[0]
    assert sorted(filter(None, shown.split("<br>"))) == ["Ada Buyer", "Japan"]
    assert owner_client.get(f"/admin/shop/order/{placed.pk}/change/").status_code == 200
    invoice = text_of(client.get(placed.papers.get().get_absolute_url()).content)
    assert "Ada Buyer" in invoice
    assert "〒" not in invoice


def test_the_place_is_asked_for_where_the_tax_depends_on_it(client, card):
    TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_millipercent=7250)
    TaxRate.objects.create(country="ES", postal_codes="35, 38", name="IGIC", rate_millipercent=7000)
    put_in_cart(client, card)
    places = {"region", "postal_code", "city", "line1"}
    assert places & fields_of(ask(client, country="US")) == {"region"}
    assert places & fields_of(ask(client, country="ES")) == {"postal_code"}
    assert places & fields_of(ask(client, country="DE")) == set()
    assert order(client, country="US", region="california").status_code == 303
    assert Order.objects.get().region == "CA"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"country": "ZZ"}, "country"),
        ({"country": "ES", "postal_code": "x"}, "postal_code"),
    ],
)
def test_what_is_missing_is_told_at_its_field(client, card, typed, field):
    TaxRate.objects.create(country="ES", postal_codes="35, 38", name="IGIC", rate_millipercent=7000)
    put_in_cart(client, card)
    answer = order(client, **typed)
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_cart_with_something_to_send_asks_for_all_of_it(client, card, variant):
    put_in_cart(client, card)
    put_in_cart(client, variant)
    page = client.get("/checkout/").content.decode()
    assert {"line1", "postal_code", "city", "phone"} <= fields_of(page)
    assert '<option value="JP"' not in page
    assert order(client, country="DE").status_code == 200
    assert not Order.objects.exists()


def test_a_street_that_is_not_asked_for_any_more_comes_back_with_the_parcel(client, card, variant):
    put_in_cart(client, variant)
    put_in_cart(client, card)
    send(client, ADDRESS | {"update": "1"})
    line = client.get("/cart/").content.decode()
    flute = re.search(r'name="(quantity-\d+)"', line)[1]
    client.post("/cart/update/", {flute: "0"})
    ask(client, country="DE")
    put_in_cart(client, variant)
    page = client.get("/checkout/").content.decode()
    assert all(f'value="{ADDRESS[name]}"' in page for name in ("line1", "postal_code", "city"))


def test_a_street_that_is_sent_all_the_same_is_not_kept_in_the_order(client, card):
    put_in_cart(client, card)
    assert submit_checkout(client).status_code == 303
    assert (Order.objects.get().line1, Order.objects.get().city) == ("", "")


def test_a_company_that_buys_gift_cards_has_its_address_on_the_invoice(client, card):
    put_in_cart(client, card)
    assert order(client, **BILLING).status_code == 303
    placed = Order.objects.get()
    press(client, placed, "pay")
    client.get(placed.get_absolute_url())
    invoice = text_of(client.get(placed.papers.get().get_absolute_url()).content)
    assert "Musikhaus Prater GmbH\nEva Gruber\nPraterstraße 9\n1020 Wien" in invoice
    assert "Delivered to" not in invoice
