"""A buyer withdraws: two pages, one receipt, and nothing twice."""

import pytest
import time_machine

from foundation.mail import OutboxMail
from shop.withdrawals.models import Withdrawal
from tests.builders import make_variant
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.withdrawing import (
    address,
    ask,
    confirmation,
    fields,
    units,
    withdraw,
)  # fmt: skip

pytestmark = pytest.mark.django_db
LINK = "Withdraw from contract"


def text_of(answer):
    return answer.content.decode()


def order_page(client, order):
    return text_of(client.get(order.get_absolute_url()))


def test_name_address_and_all_units_are_filled_in(customer):
    order = make_order((make_variant(), 2), (make_variant(), 1))
    filled_in = fields(customer, order)
    filled_in.pop("csrfmiddlewaretoken")
    assert filled_in == {"name": "Ada Buyer", "email": "ada@customer.example", **units(order, 2, 1)}
    assert f"order {order.number}" in text_of(customer.get(address(order)))


def test_the_order_page_leads_to_it_and_says_until_when(customer):
    order = make_order()
    page = order_page(customer, order)
    assert f'href="{address(order)}">{LINK}' in page
    assert "until 14 days after the last parcel reached you" in page


def test_confirming_states_it_and_leads_to_the_receipt(customer):
    order = make_order((make_variant(), 2))
    page = ask(customer, order, **units(order, 1))
    assert "Confirm withdrawal" in text_of(page)
    assert not Withdrawal.objects.exists()
    with time_machine.travel("2026-12-01T09:15Z", tick=False):
        answer = customer.post(address(order), confirmation(page, order))
    made = Withdrawal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{address(order)}{made.pk}/")
    shown = text_of(customer.get(answer["Location"]))
    for words in ("1 December 2026, 09:15 UTC", "1 × ", "Ada Buyer", "15 December 2026"):
        assert words in shown
    assert [(line.quantity, line.until) for line in made.lines.all()] == [(1, 1)]


def test_the_receipt_comes_by_mail_at_once_with_day_and_time(customer):
    order = make_order((make_variant(), 2))
    with time_machine.travel("2026-12-01T09:15Z", tick=False):
        withdraw(customer, order, **units(order, 1), email="other@customer.example")
    mails = OutboxMail.objects.filter(message="withdrawal_received")
    assert {mail.recipient for mail in mails} == {"other@customer.example", order.email}
    title = order.lines.get().title
    for body in (mails[0].text, mails[0].html):
        for words in ("1 December 2026, 09:15 UTC", f"1 × {title}", str(order.number), "15 December 2026"):
            assert words in body
    assert OutboxMail.objects.filter(message="staff_withdrawal").count() == 1


def test_somebody_else_who_is_named_gets_few_mails_and_the_buyer_every_receipt(settings, customer):
    settings.LIMIT_MAILS_UNPAID = (2, 86400)
    order = make_order((make_variant(), 5))
    for _time in range(4):
        withdraw(customer, order, **units(order, 1), email="stranger@other.example")
    receipts = OutboxMail.objects.filter(message="withdrawal_received")
    assert receipts.filter(recipient="stranger@other.example").count() == 2
    assert receipts.filter(recipient=order.email).count() == 4


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u3164", "\u2800 \u2800", "\u00ad"])
def test_a_name_that_shows_nothing_is_refused_at_its_field(customer, name):
    order = make_order((make_variant(), 1))
    page = text_of(ask(customer, order, name=name))
    assert "only characters that show nothing" in page
    assert "Confirm withdrawal" not in page
    assert not Withdrawal.objects.exists()


def test_a_statement_sent_twice_is_made_once(customer):
    order = make_order((make_variant(), 3))
    sent = confirmation(ask(customer, order, **units(order, 1)), order)
    first, second = (customer.post(address(order), sent)["Location"] for _ in range(2))
    assert first == second
    assert order.lines.get().withdrawn_until == 1


def test_the_last_units_sent_twice_lead_to_the_same_receipt(customer):
    order = make_order()
    sent = confirmation(ask(customer, order), order)
    first, second = (customer.post(address(order), sent) for _ in range(2))
    assert (second.status_code, second["Location"]) == (303, first["Location"])


def test_several_statements_never_withdraw_more_than_was_bought(customer):
    order = make_order((make_variant(), 3))
    late = confirmation(ask(customer, order, **units(order, 3)), order)
    withdraw(customer, order, **units(order, 1))
    assert fields(customer, order)[next(iter(units(order, 0)))] == "2"
    assert "at most 2" in text_of(customer.post(address(order), late))
    withdraw(customer, order, **units(order, 2))
    assert order.lines.get().withdrawn_until == 3
    assert "Nothing of this order is left" in text_of(customer.get(address(order)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "Choose at least one unit"), ("", "Enter how many, or 0"), ("-1", "Enter 0 or more"),
        ("3", "at most 2"), ("1.5", "Enter a whole number"), ("two", "Enter a whole number"),
        ("9" * 400, "at most 2"), ("9" * 5000, "Enter a whole number"),
    ],
)  # fmt: skip
def test_units_that_cannot_be_are_named_at_their_field_and_nothing_is_lost(customer, typed, said):
    order = make_order((make_variant(), 2))
    page = text_of(ask(customer, order, **units(order, typed), name="Ada Lovelace"))
    assert said in page
    assert 'value="Ada Lovelace"' in page
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("name", " ", "Enter your name"), ("email", "", "Enter the address"), ("email", "ada@", "valid email")],
)
def test_name_and_address_are_asked_for(customer, field, typed, said):
    order = make_order()
    assert said in text_of(ask(customer, order, **{field: typed}))


def test_missing_units_are_not_all_of_them(customer):
    order = make_order()
    page = customer.post(
        address(order), {"name": "Ada", "email": "a@b.example", "confirm": "1", "key": "0" * 32}
    )
    assert "Enter how many, or 0" in text_of(page)
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 33, "\x00" * 32, "é" * 32])
def test_a_statement_without_the_key_of_its_form_is_asked_about_again(customer, key):
    order = make_order()
    sent = confirmation(ask(customer, order), order) | {"key": key}
    assert "Confirm withdrawal" in text_of(customer.post(address(order), sent))
    assert not Withdrawal.objects.exists()


def test_changing_something_shows_what_was_typed(customer):
    order = make_order((make_variant(), 2))
    sent = confirmation(ask(customer, order, **units(order, 1), name="Ada L."), order)
    sent.pop("confirm")
    page = text_of(customer.post(address(order), sent | {"change": "1"}))
    assert 'value="Ada L."' in page
    assert "Confirm withdrawal" not in page
    assert not Withdrawal.objects.exists()


def test_looking_changes_nothing(customer):
    order = make_order()
    customer.get(f"{address(order)}?confirm=1&key={'0' * 32}&name=A&email=a@b.example")
    customer.head(address(order))
    assert not Withdrawal.objects.exists()


def test_a_stranger_without_the_token_sees_and_does_nothing(customer, stranger):
    order, other = make_order(), make_order()
    withdraw(customer, order)
    made = Withdrawal.objects.get()
    assert stranger.get(f"/orders/{'x' * 32}/withdraw/").status_code == 404
    assert stranger.post(f"/orders/{'x' * 32}/withdraw/", {"confirm": "1"}).status_code == 404
    assert stranger.get(f"{address(other)}{made.pk}/").status_code == 404
    assert stranger.get(f"{address(order)}{'9' * 30}/").status_code == 404


def test_pages_are_private(customer):
    order = make_order()
    for answer in (customer.get(address(order)), ask(customer, order)):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex"


def test_too_many_tries_have_to_wait(customer, settings):
    settings.LIMIT_CHECKOUT = (1, 60)
    order = make_order()
    sent = fields(customer, order)
    assert [customer.post(address(order), sent).status_code for _ in range(2)] == [200, 429]
