"""Checkout: one form, true totals, nothing charged that was not shown, nothing lost."""

import pytest

from shop.checkout import flow
from shop.orders.models import Order
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from shop.tax.models import TaxRate
from tests.builders import make_variant
from tests.shop.checkout_builders import (
    ADDRESS,
    buy,
    newest_payment,
    press,
    put_in_cart,
    send,
    shown_total,
    submit_checkout,
)

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def test_an_empty_cart_leads_back_to_the_cart(client):
    assert client.get("/checkout/").headers["Location"] == "/cart/"
    assert send(client, ADDRESS).headers["Location"] == "/cart/"


def test_the_page_shows_lines_shipping_and_contained_tax_for_the_home_country(client, variant):
    put_in_cart(client, variant, 2)
    page = text_of(client.get("/checkout/"))
    for shown in ("2 × Quena", "$88.00", "$6.00", "Total contains VAT 19%", "$94.00"):
        assert shown in page


def test_another_country_changes_shipping_and_tax_when_asked(client, variant):
    put_in_cart(client, variant)
    page = text_of(send(client, {"country": "US", "update": "1"}))
    assert "Sales tax 7.25%" in page
    assert "$72.93" in page
    assert "Enter" not in page
    assert "required" not in page.split("<main")[1].split("<form")[0]


def test_a_total_that_was_not_shown_is_shown_first_and_ordered_second(client, variant):
    put_in_cart(client, variant)
    seen = shown_total(text_of(client.get("/checkout/")))
    answer = send(client, ADDRESS | {"country": "US", "region": "CA", "shown_total": seen})
    assert answer.status_code == 200
    assert Order.objects.count() == 0
    assert "The total for this address is $72.93." in text_of(answer)
    assert "Ada Buyer" in text_of(answer)
    now_shown = shown_total(text_of(answer))
    again = send(client, ADDRESS | {"country": "US", "region": "CA", "shown_total": now_shown})
    assert again.status_code == 303
    order = Order.objects.get()
    assert (order.total_minor, order.tax_added_minor, order.charged_minor) == (7293, 493, 7293)
    assert DemoSession.objects.get().amount_total == 7293


def test_without_any_shown_total_nothing_is_ordered(client, variant):
    put_in_cart(client, variant)
    assert send(client, ADDRESS).status_code == 200
    assert Order.objects.count() == 0


@pytest.mark.parametrize("field", ["email", "name", "line1", "city", "postal_code"])
def test_a_missing_field_is_named_beside_it_and_the_others_are_kept(client, variant, field):
    put_in_cart(client, variant)
    answer = submit_checkout(client, **{field: ""})
    page = text_of(answer)
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    kept = {name: value for name, value in ADDRESS.items() if name not in {field, "country"}}
    assert all(value in page for value in kept.values())
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "not-an-address"), ("name", "x" * 500), ("country", "XX"), ("country", "FR"), ("country", ""),
     ("name", "a\x00b"), ("shipping_rate", "express"), ("postal_code", "1" * 100), ("phone", "\x00")],
)  # fmt: skip
def test_bad_values_are_answered_with_the_form(client, variant, field, value):
    put_in_cart(client, variant)
    answer = submit_checkout(client, **{field: value})
    assert answer.status_code == 200
    assert f"id_{field}_error" in text_of(answer)
    assert Order.objects.count() == 0


def test_a_parcel_too_heavy_to_ship_says_so(client):
    put_in_cart(client, make_variant(weight_grams=90_000))
    page = text_of(client.get("/checkout/"))
    assert "We cannot ship this order to this country." in page
    assert send(client, ADDRESS).status_code == 200
    assert Order.objects.count() == 0


def test_a_product_sold_out_between_cart_and_checkout_is_named_and_the_details_kept(client, variant):
    put_in_cart(client, variant, 3)
    page = text_of(client.get("/checkout/"))
    type(variant).objects.update(on_hand=2)
    answer = send(client, ADDRESS | {"shown_total": shown_total(page)})
    assert answer.status_code == 200
    assert "Only 2 units left." in text_of(answer)
    assert "Ada Buyer" in text_of(answer)
    assert Order.objects.count() == 0


def test_a_doubled_submit_gives_one_order_and_leads_to_the_same_payment(client, variant):
    put_in_cart(client, variant)
    first, second = submit_checkout(client), submit_checkout(client)
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == Payment.objects.count() == 1


def test_checking_out_again_with_a_changed_cart_replaces_the_order_and_its_hold(client, variant):
    first = buy(client, variant, 3)
    second = buy(client, variant, 2)  # three are in the cart already: five of five
    variant.refresh_from_db()
    first.refresh_from_db()
    assert (first.status, first.hold, newest_payment(first).status) == ("cancelled", "released", "expired")
    assert second.lines.get().quantity == 5
    assert variant.reserved == 5


def test_going_back_after_paying_finds_the_paid_order(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    assert send(client, ADDRESS).headers["Location"] in {order.get_absolute_url(), "/cart/"}
    assert Order.objects.count() == 1


def test_paid_in_another_tab_before_checking_out_a_changed_cart_takes_the_paid_order(client, variant):
    order = buy(client, variant, 1)
    DemoSession.objects.update(
        status="complete", payment_status="paid", intent_id="pi", intent_status="succeeded"
    )
    put_in_cart(client, variant, 1)
    answer = submit_checkout(client)
    order.refresh_from_db()
    assert order.status == "paid"
    assert Order.objects.count() == 1
    assert answer.headers["Location"] == order.get_absolute_url()


def test_an_order_that_costs_nothing_is_paid_without_stripe(client):
    from shop.shipping.models import ShippingRate

    ShippingRate.objects.update(price_minor=0)
    order = buy(client, make_variant(price_minor=0, compare_at_minor=None))
    assert (order.status, order.payments.count()) == ("paid", 0)


def test_beyond_the_limit_checkout_says_when_to_try_again(client, variant, settings):
    settings.LIMIT_CHECKOUT = (2, 60)
    put_in_cart(client, variant)
    for _ in range(2):
        send(client, ADDRESS)
    assert send(client, ADDRESS).status_code == 429


def test_a_changed_cart_leads_to_the_earlier_order_while_the_bank_works_on_it(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(status="complete", intent_id="pi", intent_status="processing")
    put_in_cart(client, variant)
    assert submit_checkout(client).headers["Location"] == order.get_absolute_url()
    assert Order.objects.count() == 1


def test_an_earlier_order_that_stripe_does_not_know_keeps_its_stock_and_the_form(client, variant):
    order = buy(client, variant)
    DemoSession.objects.all().delete()
    put_in_cart(client, variant)
    answer = submit_checkout(client)
    assert "Our payment service does not answer." in text_of(answer)
    assert "Ada Buyer" in text_of(answer)
    order.refresh_from_db()
    assert (order.status, order.hold) == ("pending", "held")


def test_a_cart_changed_in_another_tab_is_shown_as_it_is_now(client, variant, monkeypatch):
    put_in_cart(client, variant)
    total = shown_total(text_of(client.get("/checkout/")))
    place = flow.order_and_pay

    def changed_meanwhile(**asked):
        asked["cart"].lines.update(quantity=2)
        return place(**asked)

    monkeypatch.setattr(flow, "order_and_pay", changed_meanwhile)
    page = text_of(send(client, ADDRESS | {"shown_total": total}))
    assert "Your cart has changed meanwhile." in page
    assert "2 × Quena" in page
    assert Order.objects.count() == 0


@pytest.mark.parametrize(("change", "words"), [
    ({"region": ""}, "Enter the state or region."),
    ({"region": "Bavaria"}, "We do not know this one."),
    ({"postal_code": "ABC"}, "Enter one such as 95014."),
])  # fmt: skip
def test_an_address_follows_the_rules_of_its_country(client, variant, change, words):
    put_in_cart(client, variant)
    there = ADDRESS | {"country": "US", "region": "CA", "shown_total": "USD7293"} | change
    page = text_of(send(client, there))
    assert words in page
    assert "ZIP code such as 95014" in page
    assert "State such as Alabama" in page
    assert '<option value="California">' in page
    assert Order.objects.count() == 0


def test_a_region_is_taxed_and_kept_by_its_code(client, variant):
    TaxRate.objects.create(
        country="US", region="CA", name="CA tax", rate_millipercent=10000, is_inclusive=False
    )
    put_in_cart(client, variant)
    there = ADDRESS | {"country": "US", "region": "california", "shown_total": "USD7480"}
    assert send(client, there).status_code == 303
    order = Order.objects.get()
    assert (order.region, order.taxes.get().name, order.tax_added_minor) == ("CA", "CA tax", 680)
