"""Cards are issued once, and their code is in the mail alone."""

import re
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail as outbox
from django.db import transaction

from foundation import jobs
from foundation.models import OutboxMail
from shop.giftcards import cards, codes, issuing
from shop.giftcards.cards import CardRefused
from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.giftcards.builders import balance_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
ORDER, ADA = "order 1042", "ada@customer.example"
CODE = re.compile(r"^ +((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})$", re.MULTILINE)


def buy(sku="GIFT-50", count=2, amount_minor=5000, **facts):
    fields = {
        "source": ORDER, "title": "Gift card, $50", "currency": "USD", "recipient": ADA, "is_demo": True
    }  # fmt: skip
    return issuing.issue_bought(sku=sku, count=count, amount_minor=amount_minor, **fields | facts)


def issue(owner, **facts):
    fields = {"amount_minor": 2500, "recipient": ADA, "note": "a broken kalimba", "staff": owner}
    return issuing.issue_by_hand(**fields | facts)


def code_in(mail):
    [code] = CODE.findall(mail.text)
    return code


def test_each_bought_card_has_its_value_its_first_movement_and_its_number():
    made = buy()
    assert [(c.balance_minor, c.initial_minor, c.number_in_source, c.source_sku) for c in made] == [
        (5000, 5000, 1, "GIFT-50"), (5000, 5000, 2, "GIFT-50"),
    ]  # fmt: skip
    assert [balance_of(card) for card in made] == [5000, 5000]
    movements = GiftCardMovement.objects.order_by("id")
    assert [(m.kind, m.reference) for m in movements] == [
        ("issued", "order 1042 card 1"), ("issued", "order 1042 card 2"),
    ]  # fmt: skip


def test_a_purchase_issues_its_cards_once_and_counts_on_over_all_of_them():
    first = buy()
    assert buy(count=5) == first
    second = buy(sku="GIFT-100", count=1, amount_minor=10_000)
    assert [card.number_in_source for card in second] == [3]
    assert buy(sku="GIFT-100", count=1, amount_minor=10_000) == second
    assert (GiftCard.objects.count(), OutboxMail.objects.count()) == (3, 3)
    assert buy(source="order 1043", count=1)[0].number_in_source == 1


def test_the_code_is_in_the_mail_alone_and_there_until_it_was_sent():
    card, _other = buy()
    mail = OutboxMail.objects.order_by("id").first()
    code = code_in(mail)
    assert cards.find(code.lower().replace("-", " ")) == card
    assert card.hint == code[-4:]
    assert code in mail.html
    assert code not in mail.subject + mail.reference
    rows = [*GiftCard.objects.values(), *GiftCardMovement.objects.values()]
    assert codes.normalised(code)[:12] not in codes.normalised(str(rows).replace(card.code_hash, ""))
    jobs.run_due()
    assert code in outbox.outbox[0].body
    mail.refresh_from_db()
    assert code not in mail.text + mail.html


def test_cards_whose_purchase_rolls_back_never_existed():
    with transaction.atomic():
        buy()
        transaction.set_rollback(True)
    jobs.run_due()
    assert not GiftCard.objects.exists()
    assert outbox.outbox == []


def test_the_mail_says_what_it_is_worth_how_it_is_used_and_where_it_comes_from():
    buy(count=1)
    mail = OutboxMail.objects.get()
    assert mail.subject.endswith(": $50.00")
    assert mail.recipient == ADA
    for part in (mail.text, mail.html):
        for words in (
            "$50.00",
            "Gift card, $50",
            "“Discount code or gift card”",
            "several times",
            "order 1042",
        ):
            assert words in part
        assert "It is valid until" not in part
        assert "This is a demonstration" in part


def test_a_card_of_a_live_shop_is_no_demonstration(settings):
    settings.SHOP_MODE = "live"
    [real] = buy(count=1, is_demo=False)
    buy(sku="TRIAL", count=1)
    assert [card.livemode for card in GiftCard.objects.order_by("id")] == [True, False]
    mails = OutboxMail.objects.order_by("id")
    assert ["demonstration" in mail.text for mail in mails] == [False, True]
    assert cards.problem_of(real) == ""


def test_the_staff_issues_a_card_that_ends_and_names_no_order(owner):
    card = issue(owner, expires_on=date(2027, 12, 31))
    mail = OutboxMail.objects.get()
    assert (card.source, card.staff, card.note, card.currency) == ("", owner, "a broken kalimba", "USD")
    assert balance_of(card) == 2500
    for part in (mail.text, mail.html):
        assert "It is valid until 31 December 2027." in part
        assert "bought with" not in part
        assert "/orders/" not in part
        assert "a broken kalimba" not in part
    assert cards.find(code_in(mail)) == card


def test_a_demonstration_may_choose_its_code(owner):
    card = issue(owner, code="Demo card 2026")
    assert cards.find("DEMO-CARD-2026") == card
    assert card.hint == "2026"


def test_nobody_chooses_the_code_of_a_card_for_real_money(owner, settings):
    settings.SHOP_MODE = "live"
    with pytest.raises(ValueError, match="real money"):
        issue(owner, code="EASY-TO-GUESS")
    assert not GiftCard.objects.exists()


@pytest.mark.parametrize("facts", [
    {"amount_minor": 0}, {"amount_minor": -1}, {"amount_minor": 1_000_000_001}, {"code": "SHORT"},
    {"code": "A" * 41},
])  # fmt: skip
def test_a_card_of_nothing_or_with_a_code_that_is_none_is_not_issued(owner, facts):
    with pytest.raises(ValueError, match="can be issued"):
        issue(owner, **facts)
    assert not GiftCard.objects.exists()


def test_a_new_code_kills_the_old_one_and_is_mailed(owner):
    card = issue(owner)
    first = code_in(OutboxMail.objects.get())
    issuing.new_code(card, staff=owner)
    second = code_in(OutboxMail.objects.get(reference=f"gift card {card.pk} code 2"))
    assert cards.find(first) is None
    assert cards.find(second) == card
    assert card.hint == second[-4:]
    assert card.movements.count() == 1
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (owner, f"A new code was sent to {ADA}.")
    assert entry.get_edited_object() == card
    jobs.run_due()
    assert [first in outbox.outbox[0].body, second in outbox.outbox[1].body] == [True, True]


def test_a_new_code_can_go_to_another_address_and_tells_what_is_left(owner):
    card = issue(owner)
    cards.spend({card.pk: 500}, reference=ORDER)
    card.refresh_from_db()
    issuing.new_code(card, staff=owner, recipient="ben@customer.example")
    mail = OutboxMail.objects.get(recipient="ben@customer.example")
    assert "It is worth $20.00." in mail.text
    assert GiftCard.objects.get().recipient == "ben@customer.example"


def test_a_code_is_replaced_once_of_what_two_have_seen(owner):
    card = issue(owner)
    same = GiftCard.objects.get()
    issuing.new_code(card, staff=owner)
    with pytest.raises(CardRefused, match="already"):
        issuing.new_code(same, staff=owner)
    assert OutboxMail.objects.count() == 2


def test_a_preview_shows_the_hint_and_writes_nothing(owner):
    from foundation import mail

    card = issue(owner)
    parts = mail.render("gift_card", issuing.mail_context(card, codes.masked(card.hint)))
    assert f"XXXX-XXXX-XXXX-{card.hint}" in parts["text"]
    assert OutboxMail.objects.count() == 1


def states(source):
    return {card.state for card in GiftCard.objects.filter(source=source)}


def test_the_cards_of_a_disputed_purchase_are_blocked_and_let_go_again():
    buy()
    buy(source="order 1043")
    issuing.block(ORDER)
    assert (states(ORDER), states("order 1043")) == ({"blocked"}, {"usable"})
    issuing.unblock(ORDER)
    assert states(ORDER) == {"usable"}


@pytest.mark.parametrize("verb", [issuing.block, issuing.unblock])
def test_no_name_blocks_none_of_the_cards_that_the_staff_issued(owner, verb):
    issue(owner)
    with pytest.raises(ValueError, match="has a name"):
        verb("")
    assert states("") == {"usable"}
