"""What is forgotten, after how long, and what stays: every rule over the whole shop."""

import datetime as dt
import re
import runpy
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from foundation import jobs, mail, retention
from foundation.mail import OutboxMail
from shop.cart.models import Cart
from shop.discounts.models import DiscountUse
from shop.giftcards.models import GiftCardMovement
from shop.orders.models import Order
from shop.payments.models import Payment, WebhookEvent
from shop.payments.retention import unpaid_orders
from tests.builders import make_variant
from tests.shop.checkout_builders import buy, open_shop, put_in_cart
from tests.shop.giftcards.builders import make_card
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db(transaction=True)


def days_later(days: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False)


def purge() -> None:
    call_command("purge", verbosity=0)


@pytest.fixture(autouse=True)
def shop():
    open_shop()


def test_a_cart_is_forgotten_with_what_was_typed_at_its_checkout():
    put_in_cart(Client(), make_variant())
    Cart.objects.update(typed='{"email": "ada@example.com"}')
    with days_later(29):
        purge()
    assert Cart.objects.exists()
    with days_later(31):
        purge()
    assert not Cart.objects.exists()


def test_a_cart_whose_order_may_yet_be_paid_waits_for_it():
    buy(Client(), make_variant())
    with days_later(31):
        purge()
        assert Cart.objects.exists()


def test_sessions_that_ended_are_forgotten_and_others_stay(owner_client):
    assert Session.objects.count() == 1
    with days_later(1.4):
        purge()
        assert Session.objects.count() == 1, "it ended less than a day ago"
    with days_later(1.6):
        purge()
        assert Session.objects.count() == 0


def test_the_text_of_a_mail_is_forgotten_once_it_was_sent(request):
    fields = {"message": "x", "reference": "1", "subject": "Hello", "text": "To Ada", "html": "<p>To Ada"}
    sent = OutboxMail.objects.create(
        **fields, recipient="ada@example.com", message_id="1", headers={"List-Unsubscribe": "<x>"},
        sent_at=timezone.now(),
    )  # fmt: skip
    waiting = OutboxMail.objects.create(**fields, recipient="bob@example.com", message_id="2")
    with days_later(89):
        purge()
        assert OutboxMail.objects.get(pk=sent.pk).text == "To Ada"
    with days_later(91):
        purge()
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert (sent.text, sent.html, sent.headers, sent.subject) == ("", "", {}, "Hello")
    assert "ada" not in " ".join(str(value) for value in vars(sent).values())
    assert waiting.text == "To Ada"
    owner_client = request.getfixturevalue("owner_client")
    page = owner_client.get(f"/admin/foundation/outboxmail/{sent.pk}/change/").content.decode()
    assert "Its text is not kept any longer." in page
    with days_later(91):
        mail.send.call(mail_id=waiting.pk)
    waiting.refresh_from_db()
    assert waiting.sent_at is not None


def test_a_mail_is_not_sent_again_after_its_recipient_was_forgotten():
    order = make_order(status="paid")
    staff = {"message": "order_paid", "reference": f"{order.reference} paid", "subject": "s", "text": "t"}
    for name in ("ada", "bob"):
        address = f"{name}@example.com"
        OutboxMail.objects.create(**staff, recipient=address, message_id=name, sent_at=timezone.now())
    with days_later(91):
        purge()
        before = OutboxMail.objects.count()
        context = {"order": order, "lines": [], "totals": []}
        mail.enqueue(
            message="order_paid", to=["ada@example.com"], context=context, reference=staff["reference"]
        )
    assert OutboxMail.objects.count() == before


def test_a_mail_that_no_server_took_is_forgotten_in_the_end():
    fields = {"message": "x", "reference": "1", "subject": "Hello", "text": "To Ada", "html": "<p>To Ada"}
    OutboxMail.objects.create(**fields, recipient="ada@example.com", message_id="1")
    with days_later(179):
        purge()
        assert OutboxMail.objects.exists()
    with days_later(181):
        purge()
    assert not OutboxMail.objects.exists()


def test_the_contents_of_an_event_are_forgotten_and_its_id_stays():
    rows = {
        status: WebhookEvent.objects.create(
            event_id=f"evt_{status}", kind="x", payload={"email": "ada@example.com"}, status=status
        )
        for status in WebhookEvent.Status.values
    }
    with days_later(29):
        purge()
    assert not WebhookEvent.objects.filter(payload={}).exists()
    with days_later(31):
        purge()
    assert set(WebhookEvent.objects.filter(payload={}).values_list("status", flat=True)) == {
        "done",
        "ignored",
    }
    assert WebhookEvent.objects.count() == len(rows)


def test_an_order_that_was_never_paid_is_forgotten_with_all_that_names_its_buyer():
    order = make_order(status="cancelled")
    kept = make_order(status="paid")
    with days_later(29):
        purge()
    assert Order.objects.filter(pk=order.pk).exists()
    with days_later(31):
        purge()
    assert list(Order.objects.all()) == [kept]
    assert not Payment.objects.filter(order_id=order.pk).exists()
    assert not DiscountUse.objects.filter(reference=order.reference).exists()
    assert_books_agree()
    call_command("check_stock")
    call_command("check_gift_cards")


def late(order: Order) -> bool:
    """Tell whether an order would be forgotten in a year."""
    return unpaid_orders(timezone.now() + dt.timedelta(days=365)).filter(pk=order.pk).exists()


@pytest.mark.parametrize("status", ["pending", "paid", "refunded"])
def test_an_order_that_lives_or_had_money_is_never_forgotten(status):
    order = make_order(status=status)
    assert not late(order)
    with days_later(400):
        purge()
    assert Order.objects.filter(pk=order.pk).exists()


@pytest.mark.parametrize("change", [
    {"status": "creating"}, {"status": "open"}, {"status": "processing"}, {"status": "paid"},
    {"status": "review"}, {"status": "refund_due"}, {"received_minor": 1},
])  # fmt: skip
def test_an_order_whose_payment_is_not_over_or_brought_money_is_never_forgotten(change):
    order = make_order(status="cancelled")
    assert late(order)
    order.payments.update(**change)
    assert not late(order)


@pytest.mark.parametrize("change", [
    {"hold": "held"}, {"status": "pending"}, {"paid_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    {"cancelled_at": None},
])  # fmt: skip
def test_an_order_that_is_not_plainly_dead_is_never_forgotten(change):
    order = make_order(status="cancelled")
    Order.objects.filter(pk=order.pk).update(**change)
    assert not late(order)


def test_an_order_for_which_a_gift_card_still_holds_something_is_never_forgotten():
    order = make_order(status="cancelled")
    card = make_card("ABCD-EFGH-JKLM-7F3K", 9000)
    spent = {"gift_card_minor": 1, "charged_minor": order.charged_minor - 1}
    Order.objects.filter(pk=order.pk).update(**spent)
    assert late(order), "nothing is held for it"
    GiftCardMovement.objects.create(card=card, delta_minor=-1, kind="spent", reference=order.reference)
    assert not late(order)


def test_nothing_is_changed_by_asking_what_would_go(capsys):
    order = make_order(status="cancelled")
    with days_later(31):
        call_command("purge", dry_run=True)
        assert "orders that were never paid, older than 30 days (UNPAID_ORDER_DAYS): 1 would go" in (
            capsys.readouterr().out
        )
        assert Order.objects.filter(pk=order.pk).exists()
        call_command("purge")
        assert "(UNPAID_ORDER_DAYS): 1\n" in capsys.readouterr().out
        call_command("purge")
        assert "(UNPAID_ORDER_DAYS): 0\n" in capsys.readouterr().out


def test_the_worker_forgets_by_itself_a_bounded_part_at_a_time(monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    monkeypatch.setattr(retention, "CHUNKS_AT_A_TIME", 2)
    old = timezone.now() - dt.timedelta(days=31)
    Cart.objects.bulk_create(Cart(changed_at=old) for _number in range(7))
    retention.forget_due()
    assert Cart.objects.count() == 3
    jobs.run_due()
    assert Cart.objects.count() == 0


def test_a_rule_that_fails_stops_no_other_and_is_reported(monkeypatch):
    def fail(_rows):
        raise RuntimeError("broken")

    rules = {rule.name: rule for rule in retention.rules()}
    broken = retention.Rule(name="a", setting="CART_DAYS", due=rules["carts"].due, forget=fail)
    monkeypatch.setattr(retention, "_rules", {"a": broken} | rules)
    Cart.objects.create(changed_at=timezone.now() - dt.timedelta(days=31))
    with pytest.raises(RuntimeError, match="broken"):
        retention.forget_due()
    assert not Cart.objects.exists()


def test_the_table_of_the_documents_names_every_setting_with_its_default():
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    [section] = re.findall(r"^## What is forgotten$(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    table = {name: int(days) for name, days in re.findall(r"^\| `(\w+)` \| (\d+) \|", section, re.MULTILINE)}
    assert table == {rule.setting: rule.lifetime.days for rule in retention.rules()}


@pytest.mark.parametrize("name", sorted({rule.setting for rule in retention.rules()}))
@pytest.mark.parametrize("value", ["0", "-1", "soon", "99999999999"])
def test_a_setting_that_would_forget_all_or_never_is_refused_by_name(monkeypatch, name, value):
    for required in ("SECRET_KEY", "DEMO_STAFF_PASSWORD"):
        monkeypatch.setenv(required, "x" * 60)
    monkeypatch.setenv("SHOP_MODE", "demo")
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        runpy.run_path(str(Path(settings.BASE_DIR) / "config" / "settings.py"))
