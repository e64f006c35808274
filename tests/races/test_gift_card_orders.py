"""Orders that meet at a gift card: its value pays once, comes back once, and nobody waits in a circle."""

from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from foundation import jobs
from shop.giftcards import book, cards
from shop.giftcards.models import GiftCard, GiftCardMovement
from shop.orders.models import Order
from shop.payments import calling_off, refunds, sync
from shop.payments.refunds import RefundRefused
from tests.builders import make_variant
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.buyer import Buyer
from tests.faults.stripe_side import pay, pay_late, tell_the_shop
from tests.races.pausing import after, before, interleave
from tests.races.racing import race
from tests.shop.checkout_builders import ADDRESS, newest_payment, send, shown_total
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
CODE, OTHER = "ABCD-EFGH-JKLM-7F3K", "SECOND-CARD-2222"
TOTAL, PART = 5000, 2000  # minor units: a flute at 4400 and its shipping; what the card pays of it
BUYERS = 50
CHANGING_THE_CARD = before('UPDATE "shop_giftcard"')
CHANGED_THE_CARD = after('UPDATE "shop_giftcard"')


@pytest.fixture
def card(transactional_db):
    """A card that pays a part of an order."""
    return make_card(CODE, PART)


def buyer_with(shelf, *codes):
    """Return a buyer with a flute in the cart, who has typed these codes, at the checkout."""
    return Buyer.at_the_checkout(shelf, *(codes or [CODE]))


def press(buyer):
    """Press "Order and pay"; return the answer's status, and the page for who was not led on."""
    answer = send(buyer.browser(), ADDRESS | {"shown_total": buyer.total})
    return answer.status_code, " ".join(answer.content.decode().split())


def pressing(buyer):
    return lambda: press(buyer)[0]


def hear():
    tell_the_shop()
    jobs.run_due()


def paid_order(shelf, *codes):
    """Return an order of a flute that was paid, in part by these cards."""
    buyer_with(shelf, *codes).order()
    pay()
    hear()
    return Order.objects.latest("number")


def settle():
    """Let Stripe and the worker finish; fail unless the books agree."""
    hear()
    hear()
    assert differences_now() + differences_soon() == []


def statuses():
    return list(Order.objects.order_by("number").values_list("status", flat=True))


@pytest.fixture
def no_guard(monkeypatch, no_row_locks):
    """Take away every lock on rows, and the balance from the UPDATE that changes it."""

    def enter(_cards, card_id, delta_minor, *, staff=None, **entry):
        seen = GiftCard.objects.get(pk=card_id)
        if seen.balance_minor + delta_minor < 0:
            return False
        GiftCard.objects.filter(pk=card_id).update(balance_minor=seen.balance_minor + delta_minor)
        GiftCardMovement.objects.create(card_id=card_id, delta_minor=delta_minor, staff=staff, **entry)
        return True

    monkeypatch.setattr(book, "enter", enter)


# ---- many orders, one card -----------------------------------------------------------------------


def test_of_fifty_orders_with_a_card_for_one_exactly_one_is_paid_by_it(shelf):
    card, many = make_card(CODE, TOTAL), make_variant(on_hand=100)
    buyers = [buyer_with(many) for _ in range(BUYERS)]
    assert {buyer.total for buyer in buyers} == {f"USD{TOTAL}-{TOTAL}"}
    connection.close()
    answers = race(lambda n: press(buyers[n]), BUYERS)
    assert sorted(status for status, _page in answers) == [200] * (BUYERS - 1) + [303]
    told = [(n, page) for n, (status, page) in enumerate(answers) if status == 200]
    assert all("The total for this address is $50.00. Please check it" in page for _n, page in told)
    assert {shown_total(page) for _n, page in told} == {f"USD{TOTAL}"}
    order = Order.objects.get()
    assert (order.status, order.gift_card_minor, order.charged_minor) == ("paid", TOTAL, 0)
    for n, page in told[:3]:
        buyers[n].total = shown_total(page)
        assert press(buyers[n])[0] == 303
    confirmed = Order.objects.exclude(pk=order.pk)
    assert set(confirmed.values_list("gift_card_minor", "charged_minor")) == {(0, TOTAL)}
    assert confirmed.count() == 3
    assert balance_of(card) == 0
    assert differences_now() == []


def order_twice(shelf):
    return interleave(*[pressing(buyer_with(shelf)) for _ in range(2)], at=CHANGING_THE_CARD)


def test_of_two_orders_that_have_seen_the_same_value_one_spends_it(shelf, card):
    assert order_twice(shelf) == [303, 200]
    assert balance_of(card) == 0
    assert differences_now() == []


@pytest.mark.postgres
def test_without_the_guard_in_the_statement_the_second_order_would_fail_at_the_database(
    shelf, card, monkeypatch
):
    def trust_the_page(_cards, card_id, delta_minor, **_entry):
        return GiftCard.objects.filter(pk=card_id).update(balance_minor=F("balance_minor") + delta_minor)

    monkeypatch.setattr(book, "enter", trust_the_page)
    _first, second = order_twice(shelf)
    assert isinstance(second, IntegrityError)


def order_crosswise(shelf):
    """Two buyers with the same two cards, neither of which is enough, typed the other way round."""
    make_card(CODE, 3000)
    make_card(OTHER, 3000)
    buyers = [buyer_with(shelf, CODE, OTHER), buyer_with(shelf, OTHER, CODE)]
    return interleave(*map(pressing, buyers), at=CHANGED_THE_CARD)


def test_two_orders_with_two_cards_typed_in_opposite_order_do_not_wait_in_a_circle(shelf):
    assert order_crosswise(shelf) == [303, 200]
    assert sorted(map(balance_of, GiftCard.objects.all())) == [0, 1000]
    assert differences_now() == []


@pytest.mark.postgres
def test_locking_cards_as_they_were_typed_would_be_a_deadlock(shelf, monkeypatch):
    def lock_as_typed(card_ids):
        for pk in card_ids:
            GiftCard.objects.filter(pk=pk).update(is_blocked=False)

    monkeypatch.setattr(cards, "lock", lock_as_typed)
    assert any("deadlock" in str(result) for result in order_crosswise(shelf))


# ---- paying, ending, and money that comes late ---------------------------------------------------


def pay_and_tell():
    pay()
    hear()


@pytest.mark.parametrize(
    ("at", "ended", "left"),
    [(after("GET /v1/checkout/sessions"), "paid", 0), (after("/expire"), "cancelled", PART)],
    ids=["paid first", "expired first"],
)
def test_a_card_stays_spent_or_comes_back_as_its_order_ends(shelf, card, at, ended, left):
    buyer_with(shelf).order()
    payment = newest_payment(Order.objects.get())
    interleave(lambda: sync.close(payment.pk, patient=True), pay_and_tell, at=at)
    settle()
    assert (statuses(), balance_of(card)) == ([ended], left)


def end_twice(shelf):
    buyer_with(shelf).order()
    payment = newest_payment(Order.objects.get())
    end = lambda: sync.close(payment.pk, patient=True).status  # noqa: E731
    return interleave(end, end, at=CHANGING_THE_CARD)


def test_an_order_that_two_workers_find_dead_gives_its_card_back_once(shelf, card):
    assert end_twice(shelf) == ["expired", "expired"]
    assert (statuses(), balance_of(card)) == (["cancelled"], PART)


@pytest.mark.postgres
def test_without_row_locks_the_second_worker_would_fail(shelf, card, no_row_locks):
    assert any(isinstance(result, Exception) for result in end_twice(shelf))


def late_money_and_another_buyer(shelf, at):
    """Money comes for an order that gave its card back, while another buyer orders with that card."""
    rival, late = buyer_with(shelf), buyer_with(shelf)
    late.order()
    payment = newest_payment(Order.objects.get())
    sync.close(payment.pk, patient=True)
    pay_late(payment.session_id)
    take = lambda: sync.sync(payment.pk, patient=True).status  # noqa: E731
    return interleave(take, pressing(rival), at=at)


def test_late_money_goes_back_when_another_order_has_spent_the_card(shelf, card):
    answers = late_money_and_another_buyer(shelf, after("GET /v1/checkout/sessions"))
    assert answers == ["refund_due", 303]
    settle()
    assert (statuses(), balance_of(card)) == (["cancelled", "pending"], 0)


def test_late_money_that_was_first_has_the_card_and_the_other_buyer_reads_the_new_rest(shelf, card):
    assert late_money_and_another_buyer(shelf, CHANGED_THE_CARD) == ["paid", 200]
    settle()
    assert (statuses(), balance_of(card)) == (["paid"], 0)


@pytest.mark.postgres
def test_without_lock_and_guard_late_money_and_another_order_would_spend_the_card(shelf, card, no_guard):
    assert late_money_and_another_buyer(shelf, CHANGING_THE_CARD) == ["paid", 303]


@pytest.mark.postgres
def test_an_order_that_took_stock_before_its_card_would_meet_late_money_in_a_deadlock(
    shelf, card, monkeypatch
):
    monkeypatch.setattr(cards, "lock", lambda _card_ids: None)
    assert any("deadlock" in str(one) for one in late_money_and_another_buyer(shelf, CHANGED_THE_CARD))


# ---- refunds and calling off ---------------------------------------------------------------------


def refund_twice(order):
    everything = partial(refunds.refund_everything, order_id=order.pk, restock=True)
    return interleave(everything, everything, at=before('INSERT INTO "shop_refund"'))


def test_a_double_click_puts_the_card_s_part_back_once(shelf, card):
    order = paid_order(shelf)
    made, refused = refund_twice(order)
    assert sorted(row.amount_minor for row in made) == [PART, TOTAL - PART]
    assert isinstance(refused, RefundRefused)
    settle()
    assert balance_of(card) == PART


@pytest.mark.postgres
def test_without_row_locks_a_double_click_would_ask_the_card_s_book_for_too_much(shelf, no_row_locks):
    make_card(CODE, TOTAL)
    buyer_with(shelf).order()
    first, _second = refund_twice(Order.objects.get())
    assert isinstance(first, ValueError)


def call_off_twice(order):
    call = lambda: calling_off.finish(calling_off.call_off(order_id=order.pk))  # noqa: E731
    return interleave(call, call, at=CHANGING_THE_CARD)


def test_calling_off_twice_puts_the_card_s_part_back_once(shelf, card):
    assert call_off_twice(paid_order(shelf)) == [None, None]
    settle()
    assert (statuses(), balance_of(card)) == (["cancelled"], PART)


@pytest.mark.postgres
def test_without_row_locks_calling_off_twice_would_fail(shelf, card, no_row_locks):
    assert any(isinstance(result, Exception) for result in call_off_twice(paid_order(shelf)))
