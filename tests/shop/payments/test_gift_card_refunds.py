"""What a gift card paid goes back onto it: in parts, with the money, once, to the minor unit."""

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import jobs
from foundation.mail import OutboxMail
from shop.backoffice import mail_previews
from shop.orders.models import Order
from shop.papers.models import Paper
from shop.payments import calling_off, refunds
from shop.payments.refunds import RefundRefused
from tests.builders import make_variant
from tests.shop.checkout_builders import open_shop, press, put_in_cart, submit_checkout
from tests.shop.giftcards.builders import balance_of, make_card
from tests.shop.payments.checks import assert_books_agree

CODE = "ABCD-EFGH-JKLM-7F3K"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def shop():
    """Ship and tax as the demo does."""
    open_shop()


def pay(card_minor, *wanted, **overrides):
    """Pay units of variants partly by a gift card of this balance; return card and paid order."""
    buyer, card = Client(), make_card(CODE, card_minor)
    for variant, units in wanted:
        put_in_cart(buyer, variant, units)
    assert buyer.post("/cart/code/", {"code": CODE}).status_code == 303
    assert submit_checkout(buyer, **overrides).status_code == 303
    order = Order.objects.latest("number")
    if order.charged_minor:
        press(buyer, order, "pay")
        jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    return card, order


def refund(order, units=None, *, shipping=False, amount_minor=None):
    worth = refunds.proposal(order, units=units or {}, includes_shipping=shipping)
    made = refunds.refund(
        order_id=order.pk, units=units or {}, includes_shipping=shipping, amount_minor=amount_minor,
        shown_minor=worth.total_minor, restock=False, reason="", staff=None,
    )  # fmt: skip
    jobs.run_due()
    order.refresh_from_db()
    return made


def line(order):
    return order.lines.get().pk


def test_units_go_back_in_the_proportion_in_which_they_were_paid():
    card, order = pay(2000, (make_variant(price_minor=4700), 2))  # 94.00 + 6.00: a fifth by card
    worth = refunds.proposal(order, units={line(order): 1}, includes_shipping=False)
    assert (worth.money_minor, worth.card_minor) == (3760, 940)
    money, on_card = refund(order, {line(order): 1})
    assert (money.payment is not None, on_card.payment, on_card.status) == (True, None, "succeeded")
    assert (order.refunded_minor, order.gift_card_returned_minor) == (3760, 940)
    assert balance_of(card) == 940
    assert not order.is_refunded


def test_everything_goes_back_to_money_and_card():
    card, order = pay(2000, (make_variant(), 1))
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.refunded_minor, order.gift_card_returned_minor) == (3000, 2000)
    assert order.is_refunded
    assert balance_of(card) == 2000
    with pytest.raises(RefundRefused):
        refunds.refund_everything(order_id=order.pk, restock=False)
    assert_books_agree()


def test_an_order_paid_by_card_alone_asks_stripe_nothing():
    card, order = pay(9000, (make_variant(price_minor=2000), 2))
    [row] = refund(order, {line(order): 1}, shipping=True)
    assert (row.payment, row.amount_minor, row.status) == (None, 2600, "succeeded")
    assert balance_of(card) == 9000 - 4600 + 2600
    assert order.public_status == "paid"
    refund(order, {line(order): 1})
    assert (order.public_status, balance_of(card)) == ("refunded", 9000)
    with pytest.raises(RefundRefused):
        refund(order, {line(order): 1})


def test_an_amount_goes_back_as_money_first():
    card, order = pay(2000, (make_variant(), 1))
    refund(order, amount_minor=2500)
    assert (order.refunded_minor, balance_of(card)) == (2500, 0)
    refund(order, amount_minor=1500)
    assert (order.refunded_minor, balance_of(card)) == (3000, 1000)
    with pytest.raises(RefundRefused, match=r"Only \$10.00"):
        refund(order, amount_minor=1001)


def test_the_buyer_and_the_papers_hear_of_both_parts():
    card, order = pay(2000, (make_variant(), 1))
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    told = OutboxMail.objects.filter(message="order_refunded").order_by("pk").values_list("text", flat=True)
    assert any(f"$20.00 is back on gift card {card}" in text for text in told)
    assert any("We sent $30.00 back the way it came" in text for text in told)
    notes = Paper.objects.filter(kind="credit_note")
    assert sorted(note.facts["total_minor"] for note in notes) == [2000, 3000]
    assert sum(note.facts["taxes"][0]["tax_minor"] for note in notes) == order.tax_included_minor


def test_a_cancelled_order_has_its_card_back_at_once():
    card, order = pay(2000, (make_variant(), 1))
    calling_off.call_off(order_id=order.pk)
    assert balance_of(card) == 2000
    jobs.run_due()
    order.refresh_from_db()
    assert order.is_refunded
    calling_off.call_off(order_id=order.pk)
    assert balance_of(card) == 2000
    assert_books_agree()


def test_money_that_fails_later_leaves_the_card_with_its_part():
    card, order = pay(2000, (make_variant(), 1))
    money, _on_card = refund(order, {line(order): 1})
    part = balance_of(card)
    refunds.book(money.pk, {"id": money.stripe_id, "status": "failed", "failure_reason": "closed"})
    order.refresh_from_db()
    assert (order.refunded_minor, balance_of(card)) == (0, part)
    again = refunds.proposal(order, units={line(order): 1}, includes_shipping=False)
    assert again.money_minor == money.amount_minor
    assert again.card_minor == 2000 - part, "never more than the card paid in all"


def test_a_blocked_card_gets_its_value_back_too():
    card, order = pay(2000, (make_variant(), 1))
    card.is_blocked = True
    card.save(update_fields=["is_blocked"])
    refunds.refund_everything(order_id=order.pk, restock=False)
    assert balance_of(card) == 2000


def test_the_desk_says_what_goes_onto_the_card(owner_client):
    _card, order = pay(2000, (make_variant(), 1))
    address = f"/admin/shop/order/{order.pk}/refund/"
    page = owner_client.post(address, {"what": "everything", "restock": "no"}).content.decode()
    assert "$50.00 goes back" in page
    assert f"$20.00 of it goes onto gift card {order.gift_cards} at once" in page
    sent = {"what": "everything", "restock": "no", "shown_minor": "5000", "left_minor": "5000"}
    owner_client.post(address, sent)
    jobs.run_due()
    order.refresh_from_db()
    assert order.is_refunded


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 3)), min_size=1, max_size=3),
    part=st.integers(1, 40_000), country=st.sampled_from(["DE", "US"]), data=st.data(),
)  # fmt: skip
def test_refunds_of_any_split_add_up_to_what_money_and_card_paid(prices, part, country, data):
    with transaction.atomic():
        sid = transaction.savepoint()
        card, order = pay_now(prices, part, country)
        units = [pk for pk, count in order.lines.values_list("pk", "quantity") for _ in range(count)]
        shuffled = data.draw(st.permutations(units))
        for pk in shuffled:
            give_back(order, {pk: 1}, shipping=False)
        give_back(order, {}, shipping=True)
        order.refresh_from_db()
        rest = refunds.left(order)
        assert (rest.money_minor, rest.card_minor) == (0, 0)
        assert balance_of(card) == card.initial_minor
        transaction.savepoint_rollback(sid)


def pay_now(prices, part, country):
    """Place an order with the shop's own code inside a transaction, and count its money as there."""
    from shop.cart.gift_cards import CartCard
    from shop.checkout import quoting
    from shop.orders import lifecycle, placing
    from shop.papers import issuing
    from shop.payments import sessions
    from shop.payments.models import Payment
    from shop.shipping import rates
    from shop.tax import rules
    from tests.shop.order_builders import ADA

    variants = [(make_variant(price_minor=price, weight_grams=1), count) for price, count in prices]
    card = make_card("", part)
    lines = [
        placing.PlainLine(v.pk, v.sku, v.full_title, v.price_minor, count, v.weight_grams)
        for v, count in variants
    ]
    tax = rules.rule_for(country)
    [chosen] = quoting.shipping_choices(lines, country, tax=tax)
    held = CartCard(card.pk, str(card), part, "", "")
    terms = quoting.terms(lines, chosen=chosen, tax=tax, cards=[held])
    order = placing.place(lines=lines, contact=ADA, terms=terms)
    if order.charged_minor:
        payment = sessions.open_payment(order)
        Payment.objects.filter(pk=payment.pk).update(status="paid", intent_id=f"pi_{order.number}")
    lifecycle.mark_paid(order)
    issuing.issue_invoice(order)
    assert rates.countries()
    return card, order


def give_back(order, units, *, shipping):
    """Ask for a refund of units or shipping, and book Stripe's "succeeded"; nothing where nothing is left."""
    worth = refunds.proposal(order, units=units, includes_shipping=shipping)
    if not worth.total_minor:
        return
    made = refunds.refund(
        order_id=order.pk, units=units, includes_shipping=shipping, amount_minor=None,
        shown_minor=worth.total_minor, restock=False, reason="", staff=None,
    )  # fmt: skip
    for row in made:
        if row.payment:
            refunds.book(row.pk, {"id": f"re_{row.pk}", "status": "succeeded"})


def test_previews_lists_and_tables_say_that_it_went_onto_the_card(owner_client):
    _card, order = pay(9000, (make_variant(), 1))
    [row] = refund(order, {line(order): 1}, shipping=True)
    mail = OutboxMail.objects.get(message="order_refunded")
    assert mail_previews.preview("order_refunded", order)["text"] == mail.text
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "onto gift cards" in page
    assert "onto gift cards" in owner_client.get(f"/admin/shop/refund/{row.pk}/change/").content.decode()
    assert owner_client.get("/admin/shop/refund/").status_code == 200
