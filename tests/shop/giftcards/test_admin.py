"""Gift cards in the admin: found, issued and read, never deleted, their codes shown to nobody."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from foundation.models import OutboxMail
from shop.giftcards import cards
from shop.giftcards.forms import IssueForm
from shop.giftcards.models import GiftCard, GiftCardMovement
from shop.giftcards.steps import STEPS
from tests.pages import admin_form, errors_in
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
LIST, ADD = "/admin/shop/giftcard/", "/admin/shop/giftcard/add/"


def page_of(card, name="change"):
    return f"{LIST}{card.pk}/{name}/"


def issue(owner_client, **fields):
    sent = admin_form(owner_client.get(ADD))
    return owner_client.post(ADD, sent | {"amount": "25.00", "recipient": "ada@customer.example"} | fields)


def found(client, **query):
    return list(client.get(LIST, query).context["cl"].result_list)


def test_an_owner_issues_a_card_and_its_code_is_mailed_and_shown_nowhere(owner_client, owner):
    day = timezone.localdate() + timedelta(days=365)
    answer = issue(owner_client, note="a broken kalimba", expires_on=day.isoformat())
    assert answer.status_code == 302
    card = GiftCard.objects.get()
    assert (balance_of(card), card.initial_minor, card.staff, card.note) == (
        2500,
        2500,
        owner,
        "a broken kalimba",
    )
    assert (card.expires_on, card.source, card.recipient) == (day, "", "ada@customer.example")
    mail = OutboxMail.objects.get()
    assert mail.is_secret
    code = next(line.strip() for line in mail.text.splitlines() if line.startswith("    "))
    assert cards.find(code) == card
    mail_page = f"/admin/foundation/outboxmail/{mail.pk}/change/"
    for address in (LIST, page_of(card), page_of(card, "history"), mail_page):
        assert code not in owner_client.get(address).content.decode()


@pytest.mark.parametrize(("fields", "field", "message"), [
    ({"amount": ""}, "amount", "required"), ({"amount": "0"}, "amount", "more than 0"),
    ({"amount": "-5"}, "amount", "greater than or equal to 0"), ({"amount": "NaN"}, "amount", "number"),
    ({"amount": "1.005"}, "amount", "decimal"), ({"amount": "9" * 400}, "amount", "less than or equal"),
    ({"recipient": ""}, "recipient", "required"), ({"recipient": "nobody"}, "recipient", "valid email"),
    ({"recipient": "a@b.example\x00"}, "recipient", "Null characters"),
    ({"expires_on": "2020-01-01"}, "expires_on", "could never pay"),
    ({"expires_on": "someday"}, "expires_on", "valid date"), ({"note": "x" * 201}, "note", "at most 200"),
    ({"reference": "order 1001"}, "reference", "valid value"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_next_to_its_field(owner_client, fields, field, message):
    answer = issue(owner_client, **fields)
    assert answer.status_code == 200
    assert message in " ".join(errors_in(answer)[field])
    assert (GiftCard.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_a_form_that_is_sent_twice_issues_one_card(owner_client):
    reference = admin_form(owner_client.get(ADD))["reference"]
    assert issue(owner_client, reference=reference).status_code == 302
    answer = issue(owner_client, reference=reference)
    assert answer.status_code == 200
    assert "the form was sent twice" in answer.content.decode()
    assert (GiftCard.objects.count(), OutboxMail.objects.count()) == (1, 1)


def test_of_two_forms_at_the_same_moment_the_database_takes_one(owner_client, monkeypatch):
    reference = admin_form(owner_client.get(ADD))["reference"]
    issue(owner_client, reference=reference)
    monkeypatch.setattr(IssueForm, "clean_reference", lambda form: form.cleaned_data["reference"])
    sent = {"amount": "25.00", "recipient": "ada@customer.example", "reference": reference}
    answer = owner_client.post(ADD, sent, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "the form was sent twice" in answer.content.decode()
    assert (GiftCard.objects.count(), OutboxMail.objects.count()) == (1, 1)


def test_the_list_says_what_all_cards_are_worth_and_the_state_of_each(owner_client):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_card("DEMO-CARD-7F3K", balance_minor=5000, source="order 1042")
    make_card(balance_minor=300, expires_on=yesterday)
    make_card(balance_minor=70, is_blocked=True)
    page = owner_client.get(LIST).content.decode()
    assert "All usable gift cards together are worth $50.00" in page
    assert "Expired ones hold $3.00 more. Blocked ones hold $0.70 more." in page
    for words in ("…7F3K", "order 1042", "issued by the staff", "Usable", "Expired", "Blocked", "$0.70"):
        assert words in page


def test_cards_are_filtered_by_state_and_origin(owner_client):
    bought, blocked, empty = make_card(source="order 1042"), make_card(is_blocked=True), make_card()
    GiftCard.objects.filter(pk=empty.pk).update(balance_minor=0)
    assert found(owner_client, state="usable") == [bought]
    assert found(owner_client, state="blocked") == [blocked]
    assert found(owner_client, state="used_up") == [empty]
    assert found(owner_client, state="expired") == []
    assert found(owner_client, origin="bought") == [bought]
    assert found(owner_client, origin="staff") == [empty, blocked]
    assert len(found(owner_client, state="nonsense", origin="nonsense")) == 3


def test_cards_are_found_by_end_recipient_order_and_whole_code(owner_client):
    card = make_card("ABCD-EFGH-JKLM-7F3K", recipient="ines@reader.example", source="order 1042")
    other = make_card("ABCD-EFGH-JKLM-7F3L", recipient="ben@reader.example")
    cards.spend({other.pk: 1}, reference="order 1050")
    for words in ("7f3k", "…7F3K", "ines", "order 1042", "abcd efgh jklm 7f3k", " ABCDEFGHJKLM7F3K "):
        assert found(owner_client, q=words) == [card], words
    assert found(owner_client, q="order 1050") == [other]
    assert found(owner_client, q="ABCD-EFGH-JKLM-7F3M") == []
    assert found(owner_client, q="x" * 10_000) == []


def test_a_card_shows_its_book_and_lets_only_its_last_day_and_its_note_be_changed(owner_client):
    card = make_card()
    cards.spend({card.pk: 1200}, reference="order 1042")
    answer = owner_client.get(page_of(card))
    page = answer.content.decode()
    for words in ("-$12.00", "+$50.00", "order 1042", "$38.00"):
        assert words in page
    sent = {"note": "kept", "expires_on": "2031-05-06", "balance_minor": "9", "recipient": "x@y.example",
            "movements-TOTAL_FORMS": "0", "movements-INITIAL_FORMS": "0"}  # fmt: skip
    sent["_opened"] = answer.context["opened"]
    assert owner_client.post(page_of(card), sent).status_code == 302
    card.refresh_from_db()
    assert (card.note, card.expires_on.isoformat(), card.recipient) == (
        "kept",
        "2031-05-06",
        "ada@customer.example",
    )
    assert balance_of(card) == 3800


def test_a_page_that_was_open_while_an_order_paid_keeps_the_new_balance(owner_client, monkeypatch):
    card = make_card()
    seen = GiftCard.objects.get()
    cards.spend({card.pk: 1200}, reference="order 1042")
    monkeypatch.setattr("django.contrib.admin.ModelAdmin.get_object", lambda *args, **kwargs: seen)
    sent = {"note": "kept", "expires_on": "", "movements-TOTAL_FORMS": "0", "movements-INITIAL_FORMS": "0"}
    sent["_opened"] = owner_client.get(page_of(card)).context["opened"]
    assert owner_client.post(page_of(card), sent).status_code == 302
    assert balance_of(card) == 3800


def test_neither_a_card_nor_a_line_of_its_book_is_deleted(owner_client):
    card = make_card()
    assert owner_client.post(page_of(card, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [str(card.pk)], "post": "yes"}
    owner_client.post(LIST, chosen)
    sent = {"note": "", "expires_on": "", "movements-TOTAL_FORMS": "1", "movements-INITIAL_FORMS": "1",
            "movements-0-id": str(card.movements.get().pk), "movements-0-DELETE": "on"}  # fmt: skip
    owner_client.post(page_of(card), sent)
    assert (GiftCard.objects.count(), GiftCardMovement.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["change", "history", *STEPS])
def test_a_moderator_and_a_stranger_see_no_cards(moderator_client, stranger, name):
    card = make_card()
    for address in (LIST, ADD, page_of(card, name)):
        assert moderator_client.get(address).status_code == 403
        assert moderator_client.post(address, {}).status_code == 403
        assert stranger.get(address)["Location"].startswith("/admin/login/")
    assert balance_of(card) == 5000


def test_who_may_only_look_finds_no_steps(db):
    card = make_card()
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_giftcard"))
    client = Client()
    client.force_login(viewer)
    page = client.get(page_of(card)).content.decode()
    assert "…" in page
    for name in STEPS:
        assert page_of(card, name) not in page
        assert client.post(page_of(card, name), {}).status_code == 403
    assert not GiftCard.objects.get().is_blocked


def test_the_owners_group_gets_the_rights_of_gift_cards(db):
    from config import staff

    staff.ensure_groups()
    owner = User.objects.create_user("second", is_staff=True)
    owner.groups.add(staff.Group.objects.get(name=staff.OWNER))
    client = Client()
    client.force_login(owner)
    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 200


INLINE = re.compile(r"<style\b|<[a-z][^>]*\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/)")


def test_pages_of_gift_cards_hold_nothing_inline(owner_client):
    card = make_card()
    for address in (LIST, ADD, page_of(card), *(page_of(card, name) for name in STEPS)):
        page = owner_client.get(address).content.decode()
        assert not re.search(
            r"<style\b|<[a-z][^>]*\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/)", page
        )
