"""Buying gift cards: issued and mailed when paid, never in a parcel, untaxed, taken back with their money."""

import re

import pytest
from django.db import transaction
from django.test import Client

from foundation import jobs
from foundation.mail import OutboxMail
from shop.backoffice import desk, queues
from shop.giftcards import cards, issuing
from shop.giftcards.models import GiftCard
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.demo import doings
from shop.payments.refunds import RefundRefused
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import newest_payment, open_shop, press, put_in_cart, submit_checkout
from tests.shop.giftcards.builders import balance_of
from tests.shop.payments.checks import assert_books_agree
from tests.shop.payments.conftest import stripe_requests

__all__ = ["stripe_requests"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(db):
    """Offer gift cards of $50.00."""
    open_shop()
    product = make_product(title="Gift card", is_gift_card=True)
    return make_variant(product, sku="GIFT-50", price_minor=5000, weight_grams=0, on_hand=100)


def buy(*wanted, **overrides):
    """Order and pay units of variants; return the buyer's browser and the paid order."""
    buyer = Client()
    for variant, units in wanted:
        put_in_cart(buyer, variant, units)
    answer = submit_checkout(buyer, **overrides)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    order = Order.objects.latest("number")
    press(buyer, order, "pay")
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    return buyer, order


def shown(answer):
    return " ".join(answer.content.decode().split())


def spend(card, amount_minor):
    with transaction.atomic():
        cards.spend({card.pk: amount_minor}, reference="order 9999")


def ids(order):
    return dict(order.lines.values_list("sku", "pk"))


def refund(order, units, **overrides):
    shown_minor = refunds.proposal(order, units=units, includes_shipping=False).total_minor
    asked = {"includes_shipping": False, "restock": False, "reason": "", "staff": None, "amount_minor": None}
    made = refunds.refund(order_id=order.pk, units=units, shown_minor=shown_minor, **asked | overrides)
    jobs.run_due()
    order.refresh_from_db()
    return made


def test_each_unit_is_a_card_whose_code_comes_by_mail_when_it_is_paid(gift, mailoutbox, stripe_requests):
    _buyer, order = buy((gift, 2))
    assert [card.initial_minor for card in GiftCard.objects.all()] == [5000, 5000]
    codes = [re.search(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", mail.body) for mail in mailoutbox]
    typed = {found[0] for found in codes if found}
    assert len(typed) == 2
    assert {cards.find(code).recipient for code in typed} == {order.email}
    assert not OutboxMail.objects.filter(text__contains=typed.pop()).exists()
    assert_books_agree()


def test_a_card_that_was_bought_pays_the_next_order(gift, mailoutbox, stripe_requests):
    buy((gift, 1))
    code = next(
        found[0] for mail in mailoutbox if (found := re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", mail.body))
    )
    other = Client()
    put_in_cart(other, make_variant(price_minor=4400))
    other.post("/cart/code/", {"code": code})
    assert submit_checkout(other).status_code == 303
    order = Order.objects.latest("number")
    assert (order.status, order.gift_card_minor, order.charged_minor) == ("paid", 5000, 0)


def test_an_order_that_is_not_paid_issues_nothing(gift):
    buyer = Client()
    put_in_cart(buyer, gift)
    submit_checkout(buyer)
    assert not GiftCard.objects.exists()


def test_gift_cards_alone_need_no_parcel_and_bear_no_tax(gift, stripe_requests):
    buyer, order = buy((gift, 1))
    assert (order.shipping_minor, order.tax_included_minor, order.total_minor) == (0, 0, 5000)
    assert (order.is_by_email, order.fulfilment) == (True, "delivered")
    assert not order.taxes.exists()
    page = shown(buyer.get(order.get_absolute_url()))
    assert f"the codes went to {order.email}" in page
    assert "<dt>By e-mail</dt><dd>Free</dd>" in page
    assert "parcel" not in page.lower().replace("follow your parcel", "")
    assert "Cancel this order" not in page


def test_the_checkout_offers_e_mail_alone_for_gift_cards(gift, client):
    put_in_cart(client, gift)
    page = shown(client.get("/checkout/"))
    assert "By e-mail: Free" in page
    assert "Your gift cards come by e-mail as soon as they are paid." in page
    assert "Parcel" not in page


def test_beside_goods_a_card_is_never_left_to_ship(gift, stripe_requests):
    flute = make_variant()
    _buyer, order = buy((gift, 1), (flute, 1))
    assert (order.shipping_minor, order.fulfilment) == (600, "unfulfilled")
    assert order.tax_included_minor == 798  # 19 % in 44.00 + 6.00
    assert desk.left_to_ship(order) == {ids(order)[flute.sku]: 1}
    assert list(queues.to_ship(Order.objects.all())) == [order]
    lifecycle_ship(order)
    order.refresh_from_db()
    assert order.fulfilment == "shipped"
    assert not queues.to_ship(Order.objects.all())


@transaction.atomic
def lifecycle_ship(order):
    lifecycle.ship(Order.objects.select_for_update().get(pk=order.pk), carrier="DHL", tracking_number="1")


def test_its_value_is_its_price_whatever_it_costs_in_a_sale(gift, stripe_requests):
    gift.sale_price_minor = 4500
    gift.save()
    _buyer, order = buy((gift, 1))
    assert order.total_minor == 4500
    assert GiftCard.objects.get().initial_minor == 5000


def test_a_card_whose_money_goes_back_pays_no_more(gift, stripe_requests):
    _buyer, order = buy((gift, 2))
    refund(order, {ids(order)["GIFT-50"]: 1})
    assert sorted(balance_of(card) for card in GiftCard.objects.all()) == [0, 5000]
    assert order.refunded_minor == 5000
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    assert [balance_of(card) for card in GiftCard.objects.all()] == [0, 0]
    assert_books_agree()


def test_a_card_that_was_used_cannot_go_back(gift, stripe_requests):
    _buyer, order = buy((gift, 2))
    spend(GiftCard.objects.first(), 1)
    line = ids(order)["GIFT-50"]
    with pytest.raises(RefundRefused, match="Only 1 of these gift cards is still unused"):
        refund(order, {line: 2})
    assert not order.refunds.exists()
    refund(order, {line: 1})
    assert order.refunded_minor == 5000


def test_an_amount_alone_pays_back_no_card_that_stays_usable(gift, stripe_requests, owner_client):
    _buyer, order = buy((gift, 1), (make_variant(), 1))
    typed = {"what": "part", "restock": "no", "amount": "50.01"}
    page = shown(owner_client.post(f"/admin/shop/order/{order.pk}/refund/", typed))
    assert "$50.00 were paid for gift cards: choose these as well, or at most $50.00 can go back." in page
    with pytest.raises(RefundRefused, match=r"at most \$50.00 can go back"):
        refund(order, {}, amount_minor=5001)
    refund(order, {}, amount_minor=5000)
    refund(order, {ids(order)["GIFT-50"]: 1}, amount_minor=5000)
    assert order.is_refunded
    assert balance_of(GiftCard.objects.get()) == 0


def test_a_refund_in_stripes_dashboard_tells_the_staff_of_cards_that_stay_usable(gift, stripe_requests):
    _buyer, order = buy((gift, 1))
    doings.refund_in_dashboard(newest_payment(order).intent_id, 1000)
    jobs.run_due()
    assert (
        "The order bought gift cards, which stay usable" in OutboxMail.objects.get(message="staff_alert").text
    )


def test_a_refund_that_fails_makes_the_card_usable_again(gift, stripe_requests):
    _buyer, order = buy((gift, 1))
    [made] = refund(order, {ids(order)["GIFT-50"]: 1})
    refunds.book(made.pk, {"id": made.stripe_id, "status": "failed", "failure_reason": "account closed"})
    assert balance_of(GiftCard.objects.get()) == 5000


def test_an_order_with_a_used_card_cannot_be_called_off(gift, stripe_requests, client):
    buyer, order = buy((gift, 1), (make_variant(), 1))
    spend(GiftCard.objects.get(), 100)
    answer = buyer.post(f"{order.get_absolute_url()}cancel/", follow=True)
    order.refresh_from_db()
    assert order.status == "paid"
    assert "cannot be cancelled" in shown(answer)


def test_an_order_called_off_takes_its_unused_cards_along(gift, stripe_requests):
    buyer, order = buy((gift, 2), (make_variant(), 1))
    assert buyer.post(f"{order.get_absolute_url()}cancel/").status_code == 303
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, order.is_refunded) == ("cancelled", True)
    assert [balance_of(card) for card in GiftCard.objects.all()] == [0, 0]
    assert issuing.standing_count(order.reference, "GIFT-50") == 0
    assert_books_agree()


def test_cards_of_a_disputed_payment_pay_nothing_until_it_is_won(gift, stripe_requests):
    _buyer, order = buy((gift, 1))
    dispute_id = doings.open_dispute(newest_payment(order).intent_id, 5000)
    jobs.run_due()
    assert GiftCard.objects.get().is_blocked
    doings.close_dispute(dispute_id, "won")
    jobs.run_due()
    assert not GiftCard.objects.get().is_blocked


def test_the_order_in_the_admin_shows_cards_and_their_mails(gift, stripe_requests, owner_client):
    _buyer, order = buy((gift, 1))
    card = GiftCard.objects.get()
    page = shown(owner_client.get(f"/admin/shop/order/{order.pk}/change/"))
    assert f'href="/admin/shop/giftcard/{card.pk}/change/">{card}' in page
    assert "Gift cards alone: nothing is to be shipped." in page
    mail = OutboxMail.objects.get(message="gift_card")
    assert f"/admin/foundation/outboxmail/{mail.pk}/change/" in page
    preview = owner_client.get(
        "/admin/shop/order/mails/", {"order": order.number, "message": "gift_card"}
    ).content.decode()
    assert f"XXXX-XXXX-XXXX-{card.hint}" in preview


def test_staff_read_that_nothing_is_to_be_shipped(gift, stripe_requests):
    buy((gift, 1))
    told = OutboxMail.objects.get(message="staff_new_order")
    assert "nothing is to be shipped" in told.text
    assert "to ship" not in told.subject
