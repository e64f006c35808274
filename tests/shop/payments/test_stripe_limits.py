"""The maxima that Stripe documents are kept, and the demo's Stripe refuses what the real one refuses."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.cart.models import Cart, CartLine
from shop.money import EXPONENTS
from shop.orders.models import Order, OrderLine, OrderTax
from shop.payments import sessions, stripe_amounts, stripe_limits
from shop.payments.demo import rules
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import newest_payment, press, put_in_cart, submit_checkout
from tests.shop.order_builders import place
from tests.stripe_recorder import mistakes_in

TOO_LONG = "x" * 6000


def session(**overrides):
    """A request that the demo's Stripe takes, as text."""
    return {
        "mode": "payment", "success_url": "https://shop.example/", "line_items": [item()],
        "expires_at": str(int(time.time()) + 3600),
    } | overrides  # fmt: skip


def item(amount="4400", name="Quena"):
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": name}}
    return {"quantity": "1", "price_data": price}


EXCESSES = [
    ({"line_items": [item("100")] * 101}, "line_items"),
    ({"line_items": [item(name="x" * 251)]}, "line_items[0][price_data][product_data][name]"),
    ({"line_items": [item("100000000")]}, "line_items[0][price_data][unit_amount]"),
    ({"client_reference_id": "x" * 201}, "client_reference_id"),
    ({"customer_email": TOO_LONG}, "customer_email"),
    ({"success_url": TOO_LONG}, "success_url"),
    ({"cancel_url": TOO_LONG}, "cancel_url"),
    ({"custom_text": {"submit": {"message": "x" * 1201}}}, "custom_text[submit][message]"),
    ({"metadata": {f"k{n}": "v" for n in range(51)}}, "metadata"),
    ({"metadata": {"k" * 41: "v"}}, "metadata"),
    ({"payment_intent_data": {"metadata": {"k": "v" * 501}}}, "payment_intent_data[metadata]"),
    ({"expand": ["a.b.c.d.e"]}, "expand"),
]


@pytest.mark.parametrize(("overrides", "param"), EXCESSES)
def test_the_demo_and_the_recorder_refuse_each_excess(overrides, param):
    with pytest.raises(rules.ApiError) as refusal:
        rules.check_session(session(**overrides))
    assert (refusal.value.status, refusal.value.param) == (400, param)
    sent = mistakes_in("POST", "/v1/checkout/sessions", {"Idempotency-Key": "k"}, session(**overrides))
    assert any(f"[{param}]" in mistake for mistake in sent)


def test_what_is_as_large_as_allowed_is_taken():
    overrides = {
        "line_items": [item("999999", name="x" * 250)] * 100, "client_reference_id": "x" * 200,
        "custom_text": {"submit": {"message": "x" * 1200}},
        "metadata": {f"{n:040}": "v" * 500 for n in range(50)},
    }  # fmt: skip
    amount, _currency, _expires = rules.check_session(session(**overrides))
    assert amount == 99_999_900
    assert list(stripe_limits.excesses(session(**overrides))) == []


@pytest.mark.parametrize(
    ("items", "code"),
    [([item("49")], "amount_too_small"), ([item("99999999"), item("1")], "amount_too_large")],
)
def test_the_demo_refuses_totals_that_no_card_can_be_charged(items, code):
    with pytest.raises(rules.ApiError) as refusal:
        rules.check_session(session(line_items=items))
    assert refusal.value.code == code


def test_an_idempotency_key_has_a_longest():
    key = {"Idempotency-Key": "k" * 256}
    with pytest.raises(rules.ApiError):
        rules.check_maxima({}, key=key["Idempotency-Key"])
    assert mistakes_in("POST", "/v1/refunds", key, {"payment_intent": "pi_1", "amount": "1"}) != []


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_the_largest_charge_of_each_currency_is_one_that_stripe_takes(currency):
    largest = stripe_amounts.to_stripe(stripe_amounts.largest_charge(currency), currency)
    assert 999_000 < largest <= stripe_limits.LARGEST_AMOUNT


def order_of(lines, *, taxes, gift_card_minor, long):
    """An order of so many lines at 10.00 each, written to the database at once, with added taxes."""
    order, variant = place(), make_variant()
    order.lines.all().delete()
    order.taxes.all().delete()
    variants = [variant, *(make_variant(variant.product, option1=f"{n}") for n in range(lines - 1))]
    title = "T" * 240 if long else "Quena"
    facts = {"title": title, "unit_price_minor": 1000, "quantity": 1, "total_minor": 1000}
    OrderLine.objects.bulk_create(
        OrderLine(order=order, variant=one, sku=one.sku, **facts) for one in variants
    )
    OrderTax.objects.bulk_create(
        OrderTax(order=order, name=f"Tax {n}", rate_millipercent=n, is_added=True, base_minor=1, tax_minor=n)
        for n in range(1, taxes + 1)
    )
    added = sum(range(1, taxes + 1))
    total = lines * 1000 + 600 + added
    Order.objects.filter(pk=order.pk).update(
        lines_minor=lines * 1000, shipping_minor=600, tax_added_minor=added, total_minor=total,
        gift_card_minor=gift_card_minor, charged_minor=total - gift_card_minor,
    )  # fmt: skip
    order.refresh_from_db()
    return order


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "taxes", "gift_card_minor", "long"),
    [(1, 0, 0, True), (99, 0, 0, False), (100, 0, 0, True), (105, 2, 4321, True), (250, 3, 999, False)],
)
def test_an_order_of_any_length_is_asked_for_exactly_and_within_the_limits(
    lines, taxes, gift_card_minor, long
):
    order = order_of(lines, taxes=taxes, gift_card_minor=gift_card_minor, long=long)
    payment = order.payments.get()
    params = sessions.session_params(order, payment, expires_at=payment.hold_until)
    items = [
        (i["price_data"]["product_data"]["name"], i["price_data"]["unit_amount"])
        for i in params["line_items"]
    ]
    assert len(items) <= 100
    assert sum(amount for _name, amount in items) == order.charged_minor
    assert all(amount > 0 for _name, amount in items)
    assert list(stripe_limits.excesses(params)) == []
    assert len(items) == min(lines + taxes + 1, 100)
    assert any("more items" in name for name, _amount in items) == (lines + taxes + 1 > 100)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=300), st.integers(2, 100))
def test_folding_keeps_the_sum_and_the_first_charges(amounts, most):
    charges = [(f"line {n}", amount) for n, amount in enumerate(amounts)]
    folded = sessions.at_most(charges, most)
    assert len(folded) == min(len(charges), most)
    assert sum(amount for _name, amount in folded) == sum(amounts)
    assert folded[: most - 1] == charges[: most - 1]


@pytest.mark.django_db
def test_a_cart_of_105_lines_is_ordered_and_paid(client, stripe_requests):
    product = make_product()
    first = make_variant(product, weight_grams=1)
    put_in_cart(client, first)
    cart = Cart.objects.get()
    for n in range(104):
        CartLine.objects.create(
            cart=cart, variant=make_variant(product, option1=f"{n}", weight_grams=1), quantity=1
        )
    assert submit_checkout(client).status_code == 303
    order = Order.objects.get()
    assert order.lines.count() == 105
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    order.refresh_from_db()
    assert (order.status, newest_payment(order).received_minor) == ("paid", order.total_minor)


@pytest.mark.django_db
@pytest.mark.parametrize("price_minor", [100_000_000, 2_147_483_647])
def test_more_than_one_payment_can_charge_is_refused_at_the_checkout(client, price_minor):
    put_in_cart(client, make_variant(price_minor=price_minor, weight_grams=1), 2)
    sentence = "One order can come to $999,999.99 at most."
    assert sentence in client.get("/checkout/").content.decode()
    submit_checkout(client)
    assert Order.objects.count() == 0
