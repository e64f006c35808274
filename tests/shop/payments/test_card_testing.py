"""Card testers wait, the staff hear of it once an hour, and nobody honest is stopped."""

import datetime as dt

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from foundation import limits
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.payments import card_testing, reconcile
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.shop.checkout_builders import (
    buy,
    newest_payment,
    press,
    put_in_cart,
    submit_checkout,
)
from tests.shop.payments.addresses import HOME, OFFICE, TESTER, assert_asked_to_wait, at
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def strict_limits(settings):
    """Twelve refused cards an address in an hour, eight for one payment."""
    settings.LIMIT_REFUSED_CARDS = (12, 3600)
    settings.MAX_REFUSED_CARDS = 8


@pytest.fixture
def variant():
    """More than enough of it."""
    return make_variant(on_hand=100, weight_grams=10)


def refuse_cards(order, count):
    """Refuse cards of an order's payment, as the webhook notes it."""
    for _ in range(count):
        Payment.objects.filter(pk=newest_payment(order).pk).update(refusals=F("refusals") + 1)
        card_testing.note_refusal(newest_payment(order).pk)


def alerts():
    return OutboxMail.objects.filter(message="staff_card_testing")


# ---- refused cards -------------------------------------------------------------------------------


def test_a_payment_keeps_where_it_came_from_as_a_keyed_hash_only(variant):
    order = buy(at(TESTER), variant)
    origin = newest_payment(order).origin
    assert origin == limits.keyed_hash(TESTER)
    assert TESTER not in origin


def test_an_honest_buyer_with_a_few_refused_cards_pays_in_the_end(variant, stripe_requests):
    buyer = at(HOME)
    order = buy(buyer, variant)
    refuse_cards(order, 7)
    assert "Pay now" in buyer.get(order.get_absolute_url()).content.decode()
    assert buyer.post(f"{order.get_absolute_url()}pay/").headers["Location"] == newest_payment(order).url
    press(buyer, order, "pay")
    assert 'data-status="paid"' in buyer.get(order.get_absolute_url()).content.decode()
    assert buy(buyer, variant).status == "pending"
    assert alerts().count() == 0


def test_a_payment_with_eight_refused_cards_is_ended_and_can_be_tried_again_at_once(variant, stripe_requests):
    buyer = at(HOME)
    order = buy(buyer, variant)
    url = newest_payment(order).url
    refuse_cards(order, 8)
    pressed = buyer.post(f"{order.get_absolute_url()}pay/")
    assert pressed.headers["Location"] == order.get_absolute_url() != url
    assert "Too many cards were refused" in buyer.get(order.get_absolute_url()).content.decode()
    reconcile.sync_due()
    mail = OutboxMail.objects.get(message="payment_failed")
    assert (
        "Too many cards were refused, so we ended this try to pay. You can try again with another card."
        in mail.text
    )
    assert stock_of(variant) == (100, 0)
    assert "Try again" in buyer.get(order.get_absolute_url()).content.decode()
    assert buyer.post(f"{order.get_absolute_url()}pay/").headers["Location"] == newest_payment(order).url
    assert alerts().count() == 0
    assert_books_agree()


def test_money_that_came_before_the_end_wins(variant, stripe_requests):
    buyer = at(HOME)
    order = buy(buyer, variant)
    press(buyer, order, "pay")
    refuse_cards(order, 8)
    reconcile.sync_due()
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_bank_at_work_is_not_ended_by_refused_cards(variant):
    order = buy(at(HOME), variant)
    Payment.objects.update(status="processing")
    before = newest_payment(order).hold_until
    refuse_cards(order, 8)
    assert newest_payment(order).hold_until == before


def test_beyond_the_limit_of_refused_cards_the_tester_waits_and_keeps_cart_and_typed_data(variant):
    tester = at(TESTER)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        refuse_cards(buy(tester, variant), 6)
        again = at(TESTER)
        refuse_cards(buy(again, variant), 6)
        clock.shift(dt.timedelta(minutes=18))
        third = at(TESTER)
        put_in_cart(third, variant, 3)
        answer = submit_checkout(third)
        assert_asked_to_wait(answer, 42)
        page = answer.content.decode()
        assert "Ada Buyer" in page
        assert 'value="50674"' in page
        assert "Order and pay" in page
        assert "3 × " in third.get("/checkout/").content.decode()
        assert Order.objects.count() == 2
        clock.shift(dt.timedelta(minutes=42))
        assert submit_checkout(third).status_code == 303


def test_an_order_page_of_a_tester_says_when_to_try_again(variant, stripe_requests):
    tester = at(TESTER)
    with time_machine.travel(timezone.now(), tick=False):
        order = buy(tester, variant)
        refuse_cards(order, 12)
        reconcile.sync_due()
        answer = tester.post(f"{order.get_absolute_url()}pay/")
        assert_asked_to_wait(answer, 60)
        assert "Try again" in answer.content.decode()
        assert order.payments.count() == 1


def test_the_mail_to_a_blocked_buyer_says_after_which_time_to_try_again(variant, stripe_requests):
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        order = buy(at(TESTER), variant)
        refuse_cards(order, 12)
        reconcile.sync_due()
    mail = OutboxMail.objects.get(message="payment_failed")
    assert "Please try again after 13:01 UTC." in mail.text
    assert "Please try again after 13:01 UTC." in mail.html


def test_every_further_payment_of_a_tester_ends_with_its_next_refused_card(variant):
    opened = [buy(at(TESTER), variant) for _ in range(4)]
    refuse_cards(opened[0], 7)
    refuse_cards(opened[1], 5)
    refuse_cards(opened[2], 1)
    ended = [newest_payment(order).hold_until <= timezone.now() for order in opened]
    assert ended == [False, True, True, False]


def test_another_address_is_never_affected(variant):
    refuse_cards(buy(at(TESTER), variant), 12)
    assert buy(at(HOME), variant).status == "pending"
    put_in_cart(blocked := at(TESTER), variant)
    assert submit_checkout(blocked).status_code == 429


def test_paying_clears_nothing_since_a_working_card_is_what_a_tester_looks_for(variant, stripe_requests):
    order = buy(at(TESTER), variant)
    refuse_cards(order, 11)
    Payment.objects.update(refusals=1, hold_until=timezone.now() + dt.timedelta(minutes=30))
    press(at(TESTER), order, "pay")
    at(TESTER).get(order.get_absolute_url())
    refuse_cards(buy(at(TESTER), variant), 1)
    put_in_cart(blocked := at(TESTER), variant)
    assert submit_checkout(blocked).status_code == 429


def test_a_payment_without_an_origin_counts_for_itself_alone(variant):
    order = buy(at(TESTER), variant)
    Payment.objects.update(origin="")
    refuse_cards(order, 20)
    assert newest_payment(order).hold_until <= timezone.now()
    assert alerts().count() == 0
    assert buy(at(TESTER), variant).status == "pending"


# ---- the word to the staff -----------------------------------------------------------------------


def test_the_staff_get_one_mail_an_hour_that_says_how_many_and_since_when(variant):
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False) as clock:
        first = buy(at(TESTER), variant)
        refuse_cards(first, 7)
        clock.shift(dt.timedelta(minutes=5))
        second = buy(at(TESTER), variant)
        refuse_cards(second, 7)
        refuse_cards(buy(at(HOME), variant), 13)
        mail = alerts().get()
        for text in (mail.text, mail.html):
            assert (
                "12 cards were refused since 22 November 2026, 12:00 UTC, all from one network address."
                in text
            )
            assert f"2 orders, the last of which are: #{first.number}, #{second.number}" in text
            assert "honest buyers behind the same address read when to try again" in text
            assert "http://testserver/admin/shop/payment/" in text
        assert mail.recipient == "owner@shop.example"
        assert "12 refused cards" in mail.subject
        assert TESTER not in mail.text + mail.html
        clock.shift(dt.timedelta(minutes=56))
        refuse_cards(first, 12)
        assert alerts().count() == 1
        clock.shift(dt.timedelta(minutes=5))
        refuse_cards(first, 1)
        assert alerts().count() == 2


# ---- what is forgotten ---------------------------------------------------------------------------


def test_origins_are_forgotten_after_thirty_days(variant):
    order = buy(at(HOME), variant)
    with time_machine.travel(timezone.now() + dt.timedelta(days=29), tick=False):
        recent = buy(at(OFFICE), variant)
        assert card_testing.forget_origins() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=False):
        assert card_testing.forget_origins() == 1
    assert newest_payment(order).origin == ""
    assert newest_payment(recent).origin != ""


def test_the_worker_forgets_origins_by_itself():
    from foundation import schedules

    assert schedules._ticks["forget payment origins"].call is card_testing.forget_origins
