"""Gift cards whose purchase goes back, while their holder, the staff or another order is at them."""

from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from foundation import jobs
from shop.giftcards import desk as card_desk
from shop.giftcards import issuing
from shop.giftcards.book import CardRefused
from shop.giftcards.codes import hashed
from shop.giftcards.models import GiftCard
from shop.orders import gift_cards
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order
from shop.payments import calling_off, refunds
from shop.payments.refunds import RefundRefused
from shop.withdrawals import statements
from tests.builders import make_product, make_variant
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.buyer import Buyer
from tests.faults.stripe_side import pay, tell_the_shop
from tests.races.pausing import after, before, interleave
from tests.shop.checkout_builders import ADDRESS, put_in_cart, send, submit_checkout
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
BOUGHT, OLDER = "BOUGHT-CARD-4444", "OLDER-CARD-2222"
CHANGED_A_CARD = after('UPDATE "shop_giftcard"')


@pytest.fixture
def gift(shelf):
    """Offer gift cards of $50.00."""
    product = make_product(title="Gift card", is_gift_card=True)
    return make_variant(product, sku="GIFT-50", price_minor=5000, weight_grams=0, on_hand=10)


def hear():
    tell_the_shop()
    jobs.run_due()


def buy(*variants, code=""):
    """Order and pay a unit of each; return the order. The card that it buys has the code BOUGHT."""
    buyer = Client()
    for variant in variants:
        put_in_cart(buyer, variant)
    if code:
        assert buyer.post("/cart/code/", {"code": code}).status_code == 303
    assert submit_checkout(buyer).status_code == 303
    pay()
    hear()
    GiftCard.objects.exclude(source="").update(code_hash=hashed(BOUGHT))
    return Order.objects.latest("number")


def ordering(shelf, *codes):
    """Return what a holder of these cards does, who is at the checkout with a flute."""
    holder = Buyer.at_the_checkout(shelf, *codes)
    form = ADDRESS | {"shown_total": holder.total}
    return lambda: send(holder.browser(), form).status_code


def refunding(order):
    return partial(refunds.refund_everything, order_id=order.pk, restock=False)


def calling(order):
    return lambda: calling_off.finish(calling_off.call_off(order_id=order.pk))


def settle():
    hear()
    hear()
    assert differences_now() + differences_soon() == []


# ---- its holder ----------------------------------------------------------------------------------


@pytest.mark.parametrize("give_back", [refunding, calling], ids=["refunded", "called off"])
def test_a_card_whose_purchase_is_just_going_back_pays_no_order(gift, shelf, give_back):
    order = buy(gift, shelf)
    made, answer = interleave(give_back(order), ordering(shelf, BOUGHT), at=CHANGED_A_CARD)
    assert (isinstance(made, Exception), answer) == (False, 200)
    settle()
    assert balance_of(GiftCard.objects.get()) == 0


@pytest.mark.parametrize(
    ("give_back", "refusal"), [(refunding, RefundRefused), (calling, IllegalTransition)],
    ids=["refunded", "called off"],
)  # fmt: skip
def test_a_purchase_does_not_go_back_while_its_card_pays_an_order(gift, shelf, give_back, refusal):
    order = buy(gift, shelf)
    answer, refused = interleave(ordering(shelf, BOUGHT), give_back(order), at=CHANGED_A_CARD)
    assert (answer, type(refused)) == (303, refusal)
    settle()
    assert balance_of(GiftCard.objects.get()) == 0
    assert Order.objects.latest("number").gift_card_minor == 5000


@pytest.mark.postgres
def test_taking_a_card_out_of_use_as_it_was_seen_would_pay_its_value_twice(gift, shelf, monkeypatch):
    def withdraw(*, source, sku, count, cause, staff=None):
        for card in list(issuing._whole(source, sku)[:count]):
            GiftCard.objects.filter(pk=card.pk).update(balance_minor=0)

    order, order_with_it = buy(gift, shelf), ordering(shelf, BOUGHT)
    monkeypatch.setattr(issuing, "withdraw", withdraw)
    monkeypatch.setattr(gift_cards, "lock", lambda _order: None)
    made, answer = interleave(refunding(order), order_with_it, at=before('UPDATE "shop_giftcard"'))
    assert (isinstance(made, Exception), answer) == (False, 303)


# ---- its buyer, who withdraws ----------------------------------------------------------------------


def stating(order):
    units = {line.pk: line.quantity for line in order.lines.filter(gift_value_minor__gt=0)}
    return partial(
        statements.withdraw, order_id=order.pk, units=units, name="Ada", email=order.email, key="0" * 32
    )


def test_a_card_that_is_just_being_withdrawn_pays_no_order(gift, shelf):
    order = buy(gift, shelf)
    made, answer = interleave(stating(order), ordering(shelf, BOUGHT), at=CHANGED_A_CARD)
    assert (isinstance(made, Exception), answer) == (False, 200)
    settle()
    assert balance_of(GiftCard.objects.get()) == 0


def test_a_card_is_not_withdrawn_while_it_pays_an_order(gift, shelf):
    order = buy(gift, shelf)
    answer, refused = interleave(ordering(shelf, BOUGHT), stating(order), at=CHANGED_A_CARD)
    assert (answer, type(refused)) == (303, statements.WithdrawalRefused)
    settle()
    assert Order.objects.latest("number").gift_card_minor == 5000


# ---- the staff -----------------------------------------------------------------------------------


def withdrawing(order):
    """Return what a refund does to the order's card, without the lock that it takes before."""
    withdraw = partial(issuing.withdraw, source=order.reference, sku="GIFT-50", count=1, cause="refund 7")
    return transaction.atomic(withdraw)


@pytest.mark.postgres
def test_a_card_that_the_staff_just_put_value_on_is_not_taken_out_of_use_with_a_rest(gift):
    order, owner = buy(gift), get_user_model().objects.create(username="owner")
    card = GiftCard.objects.get()
    act = {"reason": "sorry", "reference": "desk 2026-11-02 4be1f0", "staff": owner}
    put_value_on = transaction.atomic(lambda: card_desk.change_balance(card, 100, **act))
    refused, _done = interleave(withdrawing(order), put_value_on, at=before('UPDATE "shop_giftcard"'))
    assert (type(refused), balance_of(card)) == (CardRefused, 5100)


# ---- in a circle ---------------------------------------------------------------------------------


def call_off_while_its_card_buys_the_same(shelf):
    """The order holds the flute and wants its card; the other one holds the card and wants the flute."""
    card = make_card(OLDER, 7000)
    order = buy(shelf, make_variant(price_minor=4000), code=OLDER)
    assert order.gift_card_minor == 7000
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=500)
    card.movements.create(delta_minor=500, kind="adjusted", reference="desk")
    return interleave(calling(order), ordering(shelf, OLDER), at=after('UPDATE "shop_variant"'))


def test_calling_off_and_ordering_the_same_with_the_same_card_do_not_wait_in_a_circle(shelf):
    nothing, answer = call_off_while_its_card_buys_the_same(shelf)
    assert nothing is None
    assert answer in {200, 303}  # told the new rest when the card was back before the page was made
    settle()


def refund_while_both_cards_pay(gift, shelf):
    """The refund holds the card it takes out of use and wants the one that paid; the other has that one."""
    older = make_card(OLDER, 2000)
    order = buy(gift, shelf, code=OLDER)
    GiftCard.objects.filter(pk=older.pk).update(balance_minor=500)
    older.movements.create(delta_minor=500, kind="adjusted", reference="desk")
    return interleave(refunding(order), ordering(shelf, OLDER, BOUGHT), at=CHANGED_A_CARD)


def test_a_refund_to_one_card_for_another_and_an_order_with_both_do_not_wait_in_a_circle(gift, shelf):
    made, answer = refund_while_both_cards_pay(gift, shelf)
    assert (isinstance(made, list), answer) == (True, 200)
    settle()


@pytest.mark.postgres
@pytest.mark.parametrize("both", [call_off_while_its_card_buys_the_same, refund_while_both_cards_pay])
def test_without_locking_all_cards_of_the_order_first_they_would(gift, shelf, both, monkeypatch):
    monkeypatch.setattr(gift_cards, "lock", lambda _order: None)
    results = both(shelf) if both is call_off_while_its_card_buys_the_same else both(gift, shelf)
    assert any("deadlock" in str(result) for result in results)
