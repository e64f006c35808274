"""Companies elsewhere in the EU: their number at checkout, and on the order."""

import pytest

from foundation.models import SiteIdentity
from shop.checkout import flow
from shop.discounts.models import DiscountCode
from shop.orders.models import Order
from shop.shipping.models import ShippingRate
from shop.tax.models import TaxRate
from tests.shop.checkout_builders import (
    look_at_checkout,
    newest_payment,
    order_as_shown,
    press,
    shown_total,
    submit_checkout,
)

pytestmark = pytest.mark.django_db

DE, AT = "DE400571727", "ATU39099603"
VIENNA = {"country": "AT", "line1": "Ring 1", "postal_code": "1010", "city": "Wien", "region": ""}
COMPANY = VIENNA | {"vat_number": AT}


def rates_of_lines(order):
    """Return SKU -> the rates that the line bears."""
    return {
        line.sku: [tax.rate_millipercent for tax in order.taxes.filter(shares__group=line.tax_group)]
        for line in order.lines.all()
    }


def test_the_order_keeps_who_the_company_is_and_which_rate_each_line_bore(reader, owner_client):
    assert submit_checkout(reader, **COMPANY | {"vat_number": "atu 390.996-03"}).status_code == 303
    order = Order.objects.get()
    assert (order.vat_number, order.is_reverse_charge) == (AT, True)
    assert rates_of_lines(order) == {"Q": [0], "B": [0]}
    assert f"Your VAT number: {AT}" in reader.get(order.get_absolute_url()).content.decode()
    desk = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert f"VAT number {AT}" in desk
    assert "Reverse charge: no tax" in desk
    submit_checkout(reader)
    order = Order.objects.latest("number")
    assert (order.vat_number, order.is_reverse_charge) == ("", False)
    assert rates_of_lines(order) == {"Q": [19_000], "B": [7_000]}


def test_a_code_takes_its_part_of_the_net_prices(reader):
    DiscountCode.objects.create(code="TEN", percent_basis_points=1000)
    look_at_checkout(reader, **COMPANY | {"code": "TEN"})
    assert submit_checkout(reader, **COMPANY).status_code == 303
    order = Order.objects.get()
    assert (order.lines_minor, order.discount_minor, order.total_minor) == (5667, 567, 5100 + 1204)


def test_a_company_whose_goods_reach_the_sum_for_free_shipping_has_it(reader):
    ShippingRate.objects.filter(zone__name="AT").update(free_from_minor=6600)
    assert "Free" in look_at_checkout(reader, **VIENNA)
    page = look_at_checkout(reader, **COMPANY)
    assert "<dt>Shipping (Parcel)</dt><dd>Free</dd>" in page
    assert shown_total(page) == "USD5667"


def test_a_shop_without_a_number_asks_for_none_and_takes_none(reader):
    SiteIdentity.objects.update(tax_number="12/345/67890")
    assert 'name="vat_number"' not in look_at_checkout(reader)
    assert shown_total(look_at_checkout(reader, **COMPANY)) == "USD8000"
    assert submit_checkout(reader, **COMPANY).status_code == 303
    assert Order.objects.get().vat_number == ""


def test_nothing_is_said_of_a_number_that_nobody_typed(reader):
    page = look_at_checkout(reader, **VIENNA)
    assert 'name="vat_number"' in page
    assert '<p class="hint" id="vat-said" role="status"></p>' in page
    assert "open" not in page.split('<details class="disclosure"')[1][:10]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("ATU39099604", "This is not a VAT number of the European Union."),
        ("IM3720000224", "This is not a VAT number of the European Union."),
        ("FR17185119393", "This number is of France, but the order goes to Austria."),
        ("<b>x</b>", "This is not a VAT number of the European Union."),
    ],
)
def test_a_number_that_does_not_count_is_explained_before_and_refused_at_the_order(reader, typed, why):
    page = look_at_checkout(reader, **COMPANY | {"vat_number": typed})
    assert shown_total(page) == "USD8000"
    assert why in page.split('id="vat-said"')[1][:200]
    assert "field-error" not in page
    answer = order_as_shown(reader, page, **COMPANY | {"vat_number": typed})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert why in html.split('class="field-error" id="id_vat_number_error"')[1][:200]
    assert html.split('id="vat-said"')[1].startswith(' role="status"></p>')  # not said twice
    assert 'href="#id_vat_number"' in html
    assert html.split('<details class="disclosure"')[1].startswith(" open")
    assert "<b>x</b>" not in html
    for kept in ("Ada Buyer", "ada@customer.example", "Ring 1", "1010", "Wien"):
        assert f'value="{kept}"' in html
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["1" * 41, "AT\x00U39099603", AT + " " * 30 + "x"])
def test_what_cannot_be_a_number_is_answered_with_the_form(reader, typed):
    page = look_at_checkout(reader, **COMPANY | {"vat_number": typed})
    answer = order_as_shown(reader, page, **COMPANY | {"vat_number": typed})
    assert answer.status_code == 200
    assert 'class="field-error" id="id_vat_number_error"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_number_that_counts_says_what_comes_of_it(reader):
    note = "Reverse charge: we charge no VAT, your company accounts for it."
    page = look_at_checkout(reader, **COMPANY)
    assert note in page.split('id="vat-said"')[1][:200]
    assert f'value="{AT}"' in page
    assert note not in look_at_checkout(reader, vat_number=DE)


def test_a_company_in_the_shops_own_country_pays_tax_and_is_named_on_the_order(reader):
    assert shown_total(look_at_checkout(reader, vat_number=DE)) == "USD7200"
    assert submit_checkout(reader, vat_number=DE).status_code == 303
    order = Order.objects.get()
    assert (order.vat_number, order.is_reverse_charge, order.tax_included_minor) == (DE, False, 923)


def test_a_number_taken_away_is_another_total_that_is_confirmed_first(reader):
    page = look_at_checkout(reader, **COMPANY)
    assert order_as_shown(reader, page, **COMPANY).status_code == 303
    answer = order_as_shown(reader, page, **VIENNA)
    assert "The total for this address is $80.00." in answer.content.decode()
    assert Order.objects.count() == 1
    assert order_as_shown(reader, answer.content.decode(), **VIENNA).status_code == 303
    newest, first = Order.objects.order_by("-number")
    assert (newest.total_minor, newest.vat_number, newest.is_reverse_charge) == (8000, "", False)
    assert (first.status, first.vat_number) == (Order.Status.CANCELLED, AT)


def test_an_order_that_waits_is_another_one_where_only_the_number_differs(reader):
    """In the shop's own country the number changes no price, but it stands on the invoice."""
    submit_checkout(reader)
    submit_checkout(reader)
    assert Order.objects.count() == 1
    assert submit_checkout(reader, vat_number=DE).status_code == 303
    newest, first = Order.objects.order_by("-number")
    assert (newest.vat_number, newest.total_minor) == (DE, first.total_minor)
    assert first.status == Order.Status.CANCELLED


def test_an_order_tried_again_keeps_its_number_and_its_price(reader):
    submit_checkout(reader, **COMPANY)
    order = Order.objects.get()
    press(reader, order, "decline")
    TaxRate.objects.filter(country="AT").update(rate_millipercent=25000)
    SiteIdentity.objects.update(tax_number="")
    flow.prepare_payment(order)
    assert newest_payment(order).amount_minor == 6871
    press(reader, order, "pay")
    reader.get(order.get_absolute_url())
    order.refresh_from_db()
    assert (order.status, order.total_minor, order.is_reverse_charge) == (Order.Status.PAID, 6871, True)


def test_what_is_picked_up_bears_the_tax_of_the_shop_whoever_comes(reader):
    zone = ShippingRate.objects.get(zone__name="AT").zone
    pickup = ShippingRate.objects.create(
        zone=zone, name="Workshop", max_weight_grams=9000, price_minor=300, is_pickup=True
    )
    page = look_at_checkout(reader, **COMPANY | {"shipping_rate": pickup.key})
    assert "What you pick up at the shop bears our VAT." in page
    assert submit_checkout(reader, **COMPANY | {"shipping_rate": pickup.key}).status_code == 303
    order = Order.objects.get()
    assert (order.is_reverse_charge, order.vat_number, order.shipping_minor) == (False, AT, 300)
    assert set(order.taxes.values_list("name", "rate_millipercent")) == {("VAT", 19_000), ("VAT", 7_000)}
