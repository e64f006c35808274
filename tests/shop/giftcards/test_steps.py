"""The steps on a card's page: a look changes nothing, a POST does what it says, once."""

import pytest
from django.test import Client

from foundation.models import OutboxMail
from shop.giftcards import cards
from shop.giftcards.models import GiftCard
from shop.giftcards.steps import STEPS
from tests.pages import forms_to, submitted
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return make_card("DEMO-CARD-7F3K")


def page_of(card, name="change"):
    return f"/admin/shop/giftcard/{card.pk}/{name}/"


def form_of(client, card, name):
    [controls] = forms_to(client.get(page_of(card, name)), "")
    return submitted(controls)


def take(client, card, name, **fields):
    sent = form_of(client, card, name) | fields
    return client.post(page_of(card, name), sent, follow=True)


def errors(answer):
    return {name: list(texts) for name, texts in answer.context["form"].errors.items()}


@pytest.mark.parametrize("name", STEPS)
def test_a_look_changes_nothing(owner_client, card, name):
    before = GiftCard.objects.values().get()
    page = owner_client.get(page_of(card, name))
    assert page.status_code == 200
    assert "There is $50.00 on it." in page.content.decode()
    assert GiftCard.objects.values().get() == before
    assert (card.movements.count(), OutboxMail.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", STEPS)
def test_a_post_without_its_token_is_refused(owner, card, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    before = GiftCard.objects.values().get()
    sent = form_of(strict, card, name) | {"direction": "add", "amount": "1", "reason": "a mistake"}
    assert sent.pop("csrfmiddlewaretoken")
    assert strict.post(page_of(card, name), sent).status_code == 403
    assert GiftCard.objects.values().get() == before


def test_a_card_is_blocked_and_let_go_again(owner_client, card):
    page = owner_client.get(page_of(card)).content.decode()
    assert page_of(card, "block") in page
    assert page_of(card, "unblock") not in page
    answer = take(owner_client, card, "block")
    assert "Gift card …7F3K is blocked." in answer.content.decode()
    assert page_of(card, "unblock") in answer.content.decode()
    card.refresh_from_db()
    assert cards.problem_of(card) == "This gift card was blocked. Please write to us."
    assert "can pay again" in take(owner_client, card, "unblock").content.decode()
    card.refresh_from_db()
    assert cards.problem_of(card) == ""
    history = owner_client.get(page_of(card, "history")).content.decode()
    assert "Blocked." in history
    assert "Let to pay again." in history


def test_a_new_code_goes_out_and_the_old_one_is_dead(owner_client, card):
    answer = take(owner_client, card, "code", recipient="ines@reader.example")
    assert "The new code is on its way to ines@reader.example." in answer.content.decode()
    assert cards.find("DEMO-CARD-7F3K") is None
    assert OutboxMail.objects.get().recipient == "ines@reader.example"
    assert "A new code was sent to" in owner_client.get(page_of(card, "history")).content.decode()


def test_a_new_code_is_sent_once_for_one_form(owner_client, card):
    sent = form_of(owner_client, card, "code")
    owner_client.post(page_of(card, "code"), sent)
    answer = owner_client.post(page_of(card, "code"), sent)
    assert "A new code was sent already" in str(errors(answer))
    assert OutboxMail.objects.count() == 1


@pytest.mark.parametrize("recipient", ["", "nobody", "a" * 250 + "@b.example"])
def test_a_new_code_needs_an_address(owner_client, card, recipient):
    assert "recipient" in errors(take(owner_client, card, "code", recipient=recipient))
    assert cards.find("DEMO-CARD-7F3K") == card


@pytest.mark.parametrize(("direction", "left"), [("add", 6250), ("take", 3750)])
def test_a_balance_is_changed_for_a_reason(owner_client, owner, card, direction, left):
    answer = take(owner_client, card, "balance", direction=direction, amount="12.50", reason="a mistake")
    assert f"There is ${left / 100:.2f} on gift card …7F3K now." in answer.content.decode()
    assert balance_of(card) == left
    movement = card.movements.get(kind="adjusted")
    assert (movement.note, movement.staff) == ("a mistake", owner)
    assert "a mistake" in answer.content.decode()


@pytest.mark.parametrize(("fields", "field", "message"), [
    ({"amount": "50.01", "direction": "take"}, "amount", "There is only $50.00 on this card."),
    ({"amount": "9999999.99"}, "amount", "A card holds at most"),
    ({"amount": "0"}, "amount", "more than 0"), ({"amount": ""}, "amount", "required"),
    ({"amount": "-1"}, "amount", "greater than or equal to 0"), ({"amount": "1.001"}, "amount", "decimal"),
    ({"reason": " "}, "reason", "required"), ({"reason": "x" * 201}, "reason", "at most 200"),
    ({"direction": ""}, "direction", "required"), ({"direction": "burn"}, "direction", "not one of"),
    ({"reference": "order 1042"}, "reference", "valid value"),
])  # fmt: skip
def test_a_change_that_cannot_be_is_refused_next_to_its_field(owner_client, card, fields, field, message):
    sent = {"direction": "add", "amount": "1", "reason": "a mistake"} | fields
    answer = take(owner_client, card, "balance", **sent)
    assert message in " ".join(errors(answer)[field])
    assert balance_of(card) == 5000


def test_a_change_that_is_sent_twice_counts_once(owner_client, card):
    sent = form_of(owner_client, card, "balance") | {"direction": "add", "amount": "1", "reason": "a mistake"}
    assert owner_client.post(page_of(card, "balance"), sent).status_code == 302
    assert "sent twice" in str(errors(owner_client.post(page_of(card, "balance"), sent)))
    assert balance_of(card) == 5100


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("number", ["999999", "x", "9" * 30])
def test_a_card_that_is_not_there_leads_back(owner_client, name, number):
    for answer in (owner_client.get, owner_client.post):
        assert answer(f"/admin/shop/giftcard/{number}/{name}/").status_code == 302


def test_a_step_that_a_colleague_overtook_is_refused_with_what_changed(owner_client, colleague, card):
    mine = form_of(owner_client, card, "unblock")
    take(colleague, card, "block")
    answer = owner_client.post(page_of(card, "unblock"), mine)
    card.refresh_from_db()
    assert card.is_blocked_by_hand
    [text] = errors(answer)["__all__"]
    assert "amara saved this at" in text
    assert "State: was “Usable”, is now “Blocked by hand”." in text
    take(owner_client, card, "unblock")
    card.refresh_from_db()
    assert not card.is_blocked


def test_a_balance_is_changed_once_for_one_reason_and_what_was_typed_stays(owner_client, colleague, card):
    typed = {"direction": "add", "amount": "5.00", "reason": "Sorry"}
    mine = form_of(owner_client, card, "balance") | typed
    take(colleague, card, "balance", **typed)
    before = balance_of(card)
    answer = owner_client.post(page_of(card, "balance"), mine)
    assert balance_of(card) == before
    assert "Balance: was “" in errors(answer)["__all__"][0]
    assert 'value="Sorry"' in answer.content.decode()
