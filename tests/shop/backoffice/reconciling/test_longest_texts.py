"""Whatever Stripe, a name or a colleague says at its longest: what is compared and mended can be kept."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import comparing, mending
from shop.backoffice.reconciling.findings import Finding, Kind
from shop.catalogue.models import Variant
from shop.giftcards.models import GiftCard
from shop.payments import stripe_api, webhooks
from shop.payments.demo.models import DemoDispute, DemoRefund, DemoSession
from shop.payments.models import Payment, Refund, WebhookEvent
from tests.builders import make_product, make_variant
from tests.shop.backoffice.reconciling.looking import SOON, differences, later, unknown_session
from tests.shop.giftcards.builders import make_card
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
LONG = dt.timedelta(minutes=11)
ACCENTED = "x\u0301" * 400  # accents that no single letter has, of which a column counts each
NOTE = "n\u0301" * 75
WORDS = ["w" * 3000, "w " * 3000, ACCENTED, "<&\u202e😀" * 300]


@pytest.fixture
def clerk():
    return User.objects.create(
        username="u" * 150, first_name="f" * 150, last_name="l" * 150, is_staff=True, is_superuser=True
    )


def away(words):
    return lambda *request: (json.dumps({"error": {"message": words, "type": "card_error"}}), 402, {})


def mended(verb, staff, pause=SOON):
    """Press a button of each open difference as the staff with the longest name, and do its work."""
    for row in Difference.objects.still_open():
        with later(pause):
            mending.press(difference_id=row.pk, verb=verb, staff=staff)
            mending.mend.call(difference_id=row.pk, verb=verb)
    return list(Difference.objects.still_open().values_list("mending_error", flat=True))


def settled(client):
    """Settle every open difference on the screen with the longest note; return the notes that are kept."""
    for row in Difference.objects.still_open():
        answer = client.post(f"/admin/shop/comparison/{row.pk}/settle/", {"note": NOTE})
        assert answer.status_code == 302
    assert client.get("/admin/shop/comparison/").status_code == 200
    return [row.note for row in Difference.objects.settled()]


@pytest.mark.parametrize("words", WORDS, ids=["word", "words", "accents", "signs"])
def test_stripe_may_explain_itself_at_any_length(client, clerk, stripe_requests, words):
    unknown_session()
    differences()
    real, stripe_requests.server = stripe_requests.server, away(words)
    comparison = comparing.compare(since=timezone.now() - dt.timedelta(days=3))
    assert comparison.error.startswith("Stripe could not be asked: ")
    assert len(Comparison.objects.latest("pk").error) <= 300
    [problem] = mended("send-back", clerk)
    assert problem.startswith("Stripe: ")
    client.force_login(clerk)
    assert client.get("/admin/shop/comparison/").status_code == 200
    stripe_requests.server = real
    assert settled(client) == [NOTE]
    assert differences() == []


@pytest.mark.parametrize("words", WORDS, ids=["word", "words", "accents", "signs"])
def test_a_sentence_leaves_room_for_the_longest_note_and_is_known_again(
    client, clerk, stripe_requests, words
):
    differences()  # lets the recorder see a request
    found = Finding(Kind.WAITING_EVENT, "1", words)
    book = comparing.book_of(found.kind)
    comparing.keep(book, "1", [found])
    client.force_login(clerk)
    assert settled(client) == [NOTE]
    comparing.keep(book, "1", [found])
    assert not Difference.objects.still_open().exists()


def test_ids_and_states_of_stripe_at_their_longest_are_taken_over(client, clerk):
    order = make_order()
    payment = order.payments.get()
    facts = {"intent_id": payment.intent_id, "currency": "usd"}
    DemoDispute.objects.create(
        dispute_id="d" * 80, amount=5000, reason="r" * 40, status="s" * 30,
        due_by=timezone.now() + dt.timedelta(days=9), **facts,
    )  # fmt: skip
    DemoRefund.objects.create(
        refund_id="r" * 80, amount=2000, status="succeeded", failure_reason="f" * 80, **facts
    )
    assert len(differences()) == 2
    assert mended("take", clerk) == []
    assert (Refund.objects.get().stripe_id, differences()) == ("r" * 80, [])


def test_money_of_a_page_with_the_longest_name_is_sent_back(clerk):
    unknown_session()
    DemoSession.objects.filter(session_id="cs_lost").update(session_id="s" * 80, intent_id="i" * 80)
    assert len(differences()) == 1
    assert mended("send-back", clerk) == []
    assert DemoRefund.objects.get().intent_id == "i" * 80


def test_a_payment_whose_reason_is_the_longest_is_found_and_settled(client, clerk):
    payment = make_order(status="pending").payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="review", reason="q\u0301" * 150)
    assert len(differences()) == 1
    client.force_login(clerk)
    assert settled(client) == [NOTE]
    assert differences() == []


def test_a_refund_that_fails_for_the_longest_reason_is_found_and_settled(client, clerk):
    payment = make_order().payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="refund_due")
    Refund.objects.create(
        order=payment.order, payment=payment, amount_minor=100, status="failed", failure="q" * 300,
        reason="r" * 200, stripe_id="r" * 80,
    )  # fmt: skip
    assert differences()
    client.force_login(clerk)
    assert set(settled(client)) == {NOTE}


def test_an_event_with_the_longest_name_is_kept_and_found(client, clerk):
    make_order()
    WebhookEvent.objects.update(status="done")
    event = {"id": "e" * 254, "type": "t" * 254, "data": {"object": {"id": "o" * 5000}}}
    body = json.dumps(event)
    answer = client.post(
        "/payments/stripe/webhook/", body, "application/json",
        headers={"Stripe-Signature": stripe_api.sign(body, secret=webhooks.secret())},
    )  # fmt: skip
    assert answer.status_code == 200
    assert len(differences(pause=LONG)) == 1
    assert mended("process", clerk, pause=LONG) == []


def test_stock_and_cards_of_the_longest_names_are_booked(clerk):
    product = make_product(title="T" * 160, slug="t" * 160)
    make_variant(product, sku="S" * 40, **{f"option{n}": str(n) * 60 for n in (1, 2, 3)})
    Variant.objects.update(on_hand=9)
    GiftCard.objects.filter(pk=make_card().pk).update(balance_minor=5100, title="T" * 349)
    assert len(differences()) == 2
    assert mended("book", clerk) == []
    assert differences() == []
