"""Whatever a client posts, on every form of the way: the database says what is charged; nothing breaks."""

import re

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from shop.cart.models import CartLine
from shop.orders.models import Order
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS, send, shown_total
from tests.shop.payments.checks import assert_books_agree

pytestmark = [pytest.mark.django_db]

PRICE, ON_HAND = 4400, 5
OURS = ["sku", "quantity", "remove", "checkout", "update", "action", "shown_total", "shipping_rate", *ADDRESS]
THEIRS = [
    "id", "pk", "price", "price_minor", "unit_price_minor", "amount", "amount_minor", "amount_total",
    "total", "total_minor", "charged_minor", "received_minor", "refunded_minor", "discount_minor",
    "currency", "status", "fulfilment", "hold", "token", "order", "order_id", "payment", "payment_id",
    "session_id", "is_demo", "is_called_off", "paid_at", "staff", "origin", "next", "success_url",
    "quantity-1", "quantity-0", "quantity-x",
]  # fmt: skip
NASTY = [
    "", " ", "0", "-1", "+1", "1.5", "1,5", "1e309", "-1e309", "NaN", "Infinity", "0x10", "1_000",
    "9" * 5000, "9223372036854775808", "٣", "３", "²", "½", "1\x00", "\x00", "\u202e", "\ufeff1", "💥" * 300,
    "a" * 100_000, "' OR 1=1 --", "<script>", "{{ 7*7 }}", "%s", "[]", "null", "true", "paid", "pay",
    "decline", "USD0", "USD1",
]  # fmt: skip
STEPS = ("add", "update", "checkout", "pay", "bank", "cancel")
posted = st.dictionaries(
    st.sampled_from(OURS + THEIRS), st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]))
)


def post(client, path, data):
    """Post a form; whatever it holds, the answer is a page or a redirect, never an error of the server."""
    answer = client.post(path, data)
    assert answer.status_code in {200, 302, 303, 404}, (path, data, answer.status_code)
    is_shown_again = answer.get("Location") in {"/cart/", "/checkout/"}
    return client.get(answer["Location"]) if is_shown_again else answer


@given(st.fixed_dictionaries(dict.fromkeys(STEPS, posted)))
@example(
    {step: dict.fromkeys(THEIRS, "1") for step in ("add", "update", "checkout", "pay", "bank", "cancel")}
)
@example({step: {"quantity": "1e309"} for step in ("add", "update", "checkout", "pay", "bank", "cancel")})
def test_the_database_alone_says_what_is_charged(mutated):
    Order.objects.update(hold="released")
    buyer, variant = Client(), make_variant(price_minor=PRICE, on_hand=ON_HAND)
    post(buyer, "/cart/add/", {"sku": variant.sku, "quantity": "2"} | mutated["add"])
    post(buyer, "/cart/update/", mutated["update"])
    if not CartLine.objects.filter(variant=variant).exists():
        buyer.post("/cart/add/", {"sku": variant.sku, "quantity": "2"})
    line = CartLine.objects.get(variant=variant)
    assert 1 <= line.quantity <= ON_HAND

    answer = post(buyer, "/checkout/", ADDRESS | {"shown_total": _shown(buyer)} | mutated["checkout"])
    order = Order.objects.filter(lines__variant=variant).first()
    assert (order is not None) == (answer.status_code == 303)
    if order is None:
        return
    assert_costs_what_the_database_says(order, line.quantity)
    post(buyer, f"{order.get_absolute_url()}pay/", mutated["pay"])
    session = DemoSession.objects.get(session_id=order.payments.get().session_id)
    post(buyer, f"/pay/demo/{session.token}/", mutated["bank"])
    post(buyer, f"/pay/demo/{session.token}/", mutated["bank"] | {"action": "pay"})
    assert b'data-status="paid"' in buyer.get(order.get_absolute_url()).content
    assert_costs_what_the_database_says(order, line.quantity)
    post(buyer, f"{order.get_absolute_url()}cancel/", mutated["cancel"])
    order.refresh_from_db()
    assert (order.status, order.is_called_off) == ("cancelled", True)
    assert order.payments.get().refunds.get().amount_minor == order.total_minor
    assert DemoRefund.objects.count() == 0  # the worker's, not the buyer's


def _shown(buyer):
    return shown_total(send(buyer, ADDRESS | {"update": "1"}).content.decode())


def assert_costs_what_the_database_says(order, quantity):
    """Prices, tax and shipping as the tables have them; the payment and Stripe's session the same."""
    shipping, rate = {"DE": (600, 0), "US": (2400, 0.0725)}[str(order.country)]
    tax = round((PRICE * quantity + shipping) * rate)
    total = PRICE * quantity + shipping + tax
    order.refresh_from_db()
    payment = order.payments.get()
    session = DemoSession.objects.get(session_id=payment.session_id)
    assert (order.lines_minor, order.shipping_minor, order.currency) == (PRICE * quantity, shipping, "USD")
    assert {order.total_minor, order.charged_minor, payment.amount_minor, session.amount_total} == {total}
    assert order.lines.get().quantity == quantity
    assert payment.received_minor in {None, total}
    assert (order.status == "paid") == (payment.status == "paid")
    assert order.refunded_minor == 0


@given(posted)
def test_a_mutated_cart_holds_whole_units_that_are_there(mutation):
    buyer, variant = Client(), make_variant(on_hand=ON_HAND)
    buyer.post("/cart/add/", {"sku": variant.sku, "quantity": "1"})
    line = CartLine.objects.get(variant=variant)
    named = {re.sub("quantity-1$", f"quantity-{line.pk}", name): value for name, value in mutation.items()}
    post(buyer, "/cart/update/", named)
    assert all(1 <= units <= ON_HAND for units in CartLine.objects.values_list("quantity", flat=True))


@pytest.mark.parametrize("step", ["pay", "cancel"])
@given(mutation=posted)
def test_a_stranger_who_posts_ids_and_statuses_changes_no_order(step, mutation):
    order = Order.objects.first()
    if order is None:
        buyer, variant = Client(), make_variant(price_minor=PRICE)
        buyer.post("/cart/add/", {"sku": variant.sku, "quantity": "1"})
        send(buyer, ADDRESS | {"shown_total": _shown(buyer)})
        order = Order.objects.get()
    before = Order.objects.values().get(), Payment.objects.values().get()
    answer = Client().post(
        f"/orders/{'x' * 32}/{step}/", {"order": order.pk, "token": order.token} | mutation
    )
    assert answer.status_code == 404
    assert before == (Order.objects.values().get(), Payment.objects.values().get())
    assert_books_agree()
