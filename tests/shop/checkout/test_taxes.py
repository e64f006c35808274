"""Several rates at checkout: what is shown is what is ordered is what is charged."""

import pytest

from shop.orders.models import Order
from shop.tax.models import ClassRate, TaxRate
from tests.shop.checkout_builders import (
    look_at_checkout,
    newest_payment,
    order_as_shown,
    shown_total,
    submit_checkout,
)

pytestmark = pytest.mark.django_db

VIENNA = {"country": "AT", "line1": "Ring 1", "postal_code": "1010", "city": "Wien", "region": ""}
COMPANY = VIENNA | {"vat_number": "ATU39099603"}
AMERICA = {"country": "US", "region": "CA", "postal_code": "94103", "city": "San Francisco"}


def asked_of(recorder):
    """Return the names and amounts of the newest session that Stripe was asked for."""
    sessions = [params for _verb, path, params in recorder.requests if path == "/v1/checkout/sessions"]
    prices = [item["price_data"] for item in sessions[-1]["line_items"]]
    return {price["product_data"]["name"]: int(price["unit_amount"]) for price in prices}


def taxes_of(order):
    rows = order.taxes.values_list("name", "rate_millipercent", "base_minor", "tax_minor", "shipping_minor")
    return list(rows)


@pytest.mark.parametrize(
    ("where", "shown", "taxes", "asked"),
    [
        (
            {},
            ["VAT 19%</dt><dd>$7.66", "VAT 7%</dt><dd>$1.57", "$72.00"],
            [("VAT", 19_000, 4034, 766, 400), ("VAT", 7_000, 2243, 157, 200)],
            [4400, 2200, 600],
        ),
        (
            AMERICA,
            ["Sales tax 7.25%</dt><dd>$4.35", "Sales tax: no tax", "$94.35"],
            [("Sales tax", 7_250, 6000, 435, 1600), ("Sales tax", 0, 3000, 0, 800)],
            [4400, 2200, 2400, 435],
        ),
        (
            COMPANY,
            ["Reverse charge: no tax</dt><dd>$0.00", "$36.67", "$20.00", "$12.04", "$68.71"],
            [("Reverse charge", 0, 6871, 0, 1204)],
            [3667, 2000, 1204],
        ),
        (
            VIENNA,
            ["VAT 20%</dt><dd>$8.89", "VAT 10%</dt><dd>$2.42", "$80.00"],
            [("VAT", 20_000, 4444, 889, 933), ("VAT", 10_000, 2425, 242, 467)],
            [4400, 2200, 1400],
        ),
    ],
    ids=["included", "added", "company", "consumer"],
)
def test_the_page_the_order_and_stripe_say_the_same(reader, stripe_requests, where, shown, taxes, asked):
    page = look_at_checkout(reader, **where)
    for part in shown:
        assert part in page, part
    assert order_as_shown(reader, page, **where).status_code == 303
    order = Order.objects.get()
    assert taxes_of(order) == taxes
    assert list(asked_of(stripe_requests).values()) == asked
    assert sum(asked) == order.charged_minor == newest_payment(order).amount_minor
    assert shown_total(page) == f"USD{order.total_minor}"
    mine = reader.get(order.get_absolute_url()).content.decode()
    for part in shown[:2]:
        assert part.partition("</dt>")[0] in mine


def test_stripes_page_tells_two_added_taxes_apart(reader, stripe_requests):
    ClassRate.objects.filter(rate__country="US").update(rate_millipercent=2_000)
    submit_checkout(reader, **AMERICA)
    added = {name: minor for name, minor in asked_of(stripe_requests).items() if "tax" in name}
    assert added == {"Sales tax 7.25%": 435, "Sales tax 2%": 60}


# ---- what changes meanwhile ----------------------------------------------------------------------


def change_rate(country, rate, **more):
    TaxRate.objects.filter(country=country).update(rate_millipercent=rate, **more)


def change_class_rate(country, rate):
    ClassRate.objects.filter(rate__country=country).update(rate_millipercent=rate)


@pytest.mark.parametrize(
    ("change", "rate", "total"),
    [(change_rate, 10_000, "$96.00"), (change_class_rate, 7_250, "$96.53")],
    ids=["standard", "class"],
)
def test_an_added_tax_that_changed_meanwhile_is_shown_first(reader, change, rate, total):
    page = look_at_checkout(reader, **AMERICA)
    change("US", rate)
    answer = order_as_shown(reader, page, **AMERICA)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f"The total for this address is {total}." in html
    assert not Order.objects.exists()
    assert order_as_shown(reader, html, **AMERICA).status_code == 303
    assert f"USD{Order.objects.get().total_minor}" == shown_total(html)


@pytest.mark.parametrize(
    ("change", "rate", "rates"),
    [(change_rate, 16_000, [16_000, 7_000]), (change_class_rate, 5_000, [19_000, 5_000])],
    ids=["standard", "class"],
)
def test_an_included_tax_that_changed_meanwhile_costs_the_same_and_is_stated_as_it_is(
    reader, change, rate, rates
):
    page = look_at_checkout(reader)
    change("DE", rate)
    assert order_as_shown(reader, page).status_code == 303
    order = Order.objects.get()
    assert order.total_minor == 7200
    assert [tax.rate_millipercent for tax in order.taxes.all()] == rates
    assert sum(tax.base_minor + tax.tax_minor for tax in order.taxes.all()) == 7200


def test_a_rate_that_changed_meanwhile_changes_a_companys_price_and_is_shown_first(reader):
    page = look_at_checkout(reader, **COMPANY)
    change_rate("AT", 25_000)
    answer = order_as_shown(reader, page, **COMPANY)
    assert "The total for this address is" in answer.content.decode()
    assert not Order.objects.exists()


def test_prices_that_begin_to_include_the_tax_meanwhile_are_shown_first(reader):
    page = look_at_checkout(reader, **AMERICA)
    change_rate("US", 7_250, is_inclusive=True)
    assert "The total for this address is $90.00." in order_as_shown(reader, page, **AMERICA).content.decode()
    assert not Order.objects.exists()
