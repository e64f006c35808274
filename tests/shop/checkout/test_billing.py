"""The invoice's address: folded away until wanted, checked by its own country, printed on invoices alone."""

import pytest

from shop.orders.models import Order
from tests.shop.checkout_builders import (
    ADDRESS,
    look_at_checkout,
    press,
    put_in_cart,
    send,
    submit_checkout,
)
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db

BILLING = {
    "company": "Musikhaus Prater GmbH",
    "billing_differs": "on",
    "billing_name": "Eva Gruber",
    "billing_line1": "Praterstraße 9",
    "billing_postal_code": "1020",
    "billing_city": "Wien",
    "billing_country": "AT",
}
AT, DE, FR = "ATU39099603", "DE400571727", "FR17185119393"


def bill(client, **overrides):
    """Order with a billing address; return the order, paid."""
    answer = submit_checkout(client, **BILLING | overrides)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    order = Order.objects.latest("number")
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    order.refresh_from_db()
    return order


def page_of(client, **typed):
    return look_at_checkout(client, **typed)


def test_a_billing_address_is_not_asked_for_until_it_is_wanted(client, variant):
    put_in_cart(client, variant)
    page = client.get("/checkout/").content.decode()
    assert "Billing address is different" in page
    assert 'name="company"' in page
    assert 'name="billing_name"' not in page
    assert 'name="billing_name"' in page_of(client, billing_differs="on")


def test_the_billing_address_begins_with_the_country_of_the_delivery(client, variant):
    put_in_cart(client, variant)
    page = page_of(client, billing_differs="on", country="US", region="CA")
    part = page.split('name="billing_country"')[1].split("</select>")[0]
    assert '<option value="US" selected>' in part
    assert '<option value="AF">' in part  # an invoice goes anywhere


def test_the_order_keeps_both_addresses_as_their_countries_write_them(client, variant):
    put_in_cart(client, variant)
    order = bill(client, billing_country="US", billing_region="california", billing_postal_code=" 94103 ")
    assert (order.line1, order.city, str(order.country)) == ("Lindenstraße 1", "Köln", "DE")
    assert (order.billing_region, order.billing_postal_code) == ("CA", "94103")
    assert (order.billing_name, str(order.billing_country)) == ("Eva Gruber", "US")
    assert order.company == "Musikhaus Prater GmbH"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"billing_name": ""}, "billing_name"),
        ({"billing_line1": " "}, "billing_line1"),
        ({"billing_city": ""}, "billing_city"),
        ({"billing_postal_code": "123456"}, "billing_postal_code"),
        ({"billing_postal_code": ""}, "billing_postal_code"),
        ({"billing_country": "ZZ"}, "billing_country"),
        ({"billing_country": "US", "billing_region": ""}, "billing_region"),
        ({"billing_name": "\u200b\u200b"}, "billing_name"),
        ({"company": "x" * 121}, "company"),
    ],
)
def test_what_the_billing_address_lacks_is_told_at_its_field_and_the_rest_is_kept(
    client, variant, changed, field
):
    put_in_cart(client, variant)
    answer = submit_checkout(client, **BILLING | changed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    kept = {
        name: text for name, text in (BILLING | changed).items() if name not in {field, "billing_country"}
    }
    assert all(text in page for name, text in kept.items() if name != "billing_differs")
    assert not Order.objects.exists()


def test_an_error_at_the_company_unfolds_it(client, variant):
    put_in_cart(client, variant)
    assert '<details class="disclosure">' in client.get("/checkout/").content.decode()
    page = submit_checkout(client, company="x" * 121).content.decode()
    assert '<details class="disclosure" open>' in page


def test_a_billing_address_that_is_not_wanted_any_more_is_kept_but_not_used(client, variant):
    put_in_cart(client, variant)
    page_of(client, **BILLING | {"billing_postal_code": "x"})
    typed = BILLING | {"billing_postal_code": "x"}
    del typed["billing_differs"]
    assert submit_checkout(client, **typed).status_code == 303
    order = Order.objects.get()
    assert (order.billing_name, str(order.billing_country), order.has_other_billing) == ("", "", False)
    assert 'value="Praterstraße 9"' in page_of(client, **typed | {"billing_differs": "on"})


def test_a_changed_billing_address_is_another_order(client, variant):
    put_in_cart(client, variant)
    submit_checkout(client, **BILLING)
    submit_checkout(client, **BILLING)
    assert Order.objects.count() == 1
    submit_checkout(client, **BILLING | {"billing_city": "Graz"})
    assert list(Order.objects.order_by("number").values_list("billing_city", flat=True)) == ["Wien", "Graz"]


def test_the_invoice_carries_the_billing_address_and_the_packing_slip_that_of_the_delivery(
    client, variant, owner_client
):
    put_in_cart(client, variant)
    order = bill(client)
    invoice = text_of(client.get(order.papers.get().get_absolute_url()).content)
    for line in ("Musikhaus Prater GmbH", "Eva Gruber", "Praterstraße 9", "1020 Wien", "Austria"):
        assert line in invoice
    assert "Delivered to: Ada Buyer, Lindenstraße 1" in invoice
    slip = text_of(owner_client.get(f"/admin/shop/paper/slip/{order.pk}/").content)
    assert "Lindenstraße 1" in slip
    assert not any(line in slip for line in ("Musikhaus", "Gruber", "Praterstraße"))


def test_without_a_billing_address_the_company_stands_above_the_only_one(client, variant):
    put_in_cart(client, variant)
    submit_checkout(client, company="Musikhaus Prater GmbH")
    order = Order.objects.get()
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    invoice = text_of(client.get(order.papers.get().get_absolute_url()).content)
    assert "Musikhaus Prater GmbH\nAda Buyer\nLindenstraße 1" in invoice
    assert "Delivered to" not in invoice


def test_pages_mails_and_staff_see_both_addresses_where_they_differ(
    client, variant, owner_client, mailoutbox
):
    put_in_cart(client, variant)
    order = bill(client)
    pages = [
        client.get(order.get_absolute_url()).content.decode(),
        owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode(),
    ]
    for page in pages:
        assert "Lindenstraße 1" in page
        assert "Praterstraße 9" in page
    assert f"#{order.number}" in owner_client.get("/admin/shop/order/?q=prater+gmbh").content.decode()


def test_a_mail_before_the_money_quotes_no_billing_address(client, variant):
    from foundation.models import OutboxMail

    put_in_cart(client, variant)
    bill(client)
    by_subject = {mail.reference.split()[-1]: mail for mail in OutboxMail.objects.all()}
    assert "Praterstraße 9" in by_subject["paid"].text
    assert "Praterstraße 9" in by_subject["paid"].html
    assert "Praterstraße" not in by_subject["received"].text + by_subject["received"].html


def test_longest_names_leave_room_for_the_invoice(client, variant):
    put_in_cart(client, variant)
    long = {name: f"{'Wiedemann ' * 12}"[:80].strip() for name in ("billing_city",)}
    long |= {name: f"{'Wiedemann ' * 12}".strip() for name in ("company", "billing_name", "billing_line1")}
    order = bill(client, **long, billing_line2=f"{'Wiedemann ' * 12}".strip())
    lines = text_of(client.get(order.papers.get().get_absolute_url()).content).splitlines()
    headline = next(place for place, line in enumerate(lines) if line.startswith("Invoice"))
    assert lines.index("Austria") < headline


# ---- VAT numbers belong to the billing address ---------------------------------------------------


@pytest.mark.parametrize(
    ("to", "number", "country", "is_shifted"),
    [
        ("FR", AT, "AT", True),  # goods go to another state than the number's: neither is the shop's
        ("DE", AT, "AT", False),  # goods stay in the shop's own state
        ("FR", DE, "DE", False),  # a number of the shop's own state
        ("US", AT, "AT", False),  # goods leave the union
        ("GB", AT, "AT", False),  # as they do to Great Britain
    ],
)
def test_goods_decide_with_the_number_of_the_billing_address_who_owes_the_tax(
    reader, to, number, country, is_shifted
):
    ship_and_tax("FR", "GB")
    place = {"FR": {"postal_code": "75001", "city": "Paris"}, "US": {"postal_code": "94103", "region": "CA"}}
    place |= {"GB": {"postal_code": "SW1A 1AA", "city": "London"}}
    code = {"DE": "50674", "AT": "1020"}[country]
    order = submit_and_get(
        reader, vat_number=number, country=to, billing_country=country, billing_postal_code=code,
        **place.get(to, {}),
    )  # fmt: skip
    assert (order.vat_number, order.is_reverse_charge) == (number, is_shifted)


def test_a_number_of_another_country_than_the_billing_address_is_refused_at_the_number(reader):
    page = submit_checkout(reader, **BILLING, vat_number=FR).content.decode()
    error = page.split('id="id_vat_number_error"')[1][:200]
    assert "This number is of France, but the billing address is in Austria." in error


def submit_and_get(client, **overrides):
    answer = submit_checkout(client, **BILLING | overrides)
    assert answer.status_code == 303, answer.content.decode()[:5000]
    return Order.objects.latest("number")


def ship_and_tax(*countries):
    from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
    from shop.tax.models import TaxRate

    zone = ShippingZone.objects.create(name="More")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=900)
    for country in countries:
        ZoneCountry.objects.create(zone=zone, country=country)
        TaxRate.objects.create(country=country, name="VAT", rate_millipercent=20000)


def test_what_is_kept_names_every_field_of_the_page(client, variant):
    put_in_cart(client, variant)
    send(client, ADDRESS | BILLING | {"update": "cart"})
    page = client.get("/checkout/").content.decode()
    assert all(f'value="{BILLING[name]}"' in page for name in ("company", "billing_name", "billing_line1"))
