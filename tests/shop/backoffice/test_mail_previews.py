"""Previews of mails: what would be sent, word for word, and nothing happens by looking."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import jobs
from foundation.models import BackgroundJob, OutboxMail
from shop.backoffice import mail_previews
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import calling_off
from shop.payments.models import Payment
from shop.withdrawals import statements
from tests.builders import make_variant
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.withdrawing import withdraw

pytestmark = pytest.mark.django_db
PAGE, HTML = "/admin/shop/order/mails/", "/admin/shop/order/mails/html/"
NOT_ABOUT_ONE_ORDER = {"comment_published", "staff_card_testing", "staff_differences"}


def sent(message):
    """Return the parts of the only mail of a kind."""
    mail = OutboxMail.objects.get(message=message)
    return {"subject": mail.subject, "text": mail.text, "html": mail.html}


def previewed(message, order):
    order.refresh_from_db()
    return mail_previews.preview(message, order)


def why_not(message, order):
    with pytest.raises(mail_previews.DoesNotFit) as reason:
        previewed(message, order)
    return str(reason.value)


def test_every_mail_about_an_order_can_be_seen():
    folders = {path.name for path in Path(settings.BASE_DIR, "templates/emails").iterdir() if path.is_dir()}
    assert set(mail_previews.messages()) == folders - NOT_ABOUT_ONE_ORDER


def test_previews_are_what_was_sent_word_for_word():
    order = make_order()
    lifecycle.ship(order, carrier="DHL", tracking_number="JD0123")
    for message in ("order_received", "order_paid", "order_shipped", "staff_new_order"):
        assert previewed(message, order) == sent(message)


def ship_units(order, count):
    """Ship units of the order's only line."""
    line = order.lines.get()
    lifecycle.ship(order, carrier="DHL", tracking_number="JD0123", units={line.pk: count})


def test_a_part_and_the_rest_are_what_was_sent_also_later():
    order = make_order((make_variant(), 3))
    assert "No parcel" in why_not("order_partly_shipped", order)
    ship_units(order, 1)
    assert previewed("order_partly_shipped", order) == sent("order_partly_shipped")
    assert "still to be shipped" in why_not("order_shipped", order)
    ship_units(order, 2)
    assert previewed("order_shipped", order) == sent("order_shipped")
    assert previewed("order_partly_shipped", order) == sent("order_partly_shipped")


def test_an_order_in_one_parcel_has_no_mail_about_a_part():
    order = make_order()
    ship_units(order, 1)
    assert "in one parcel" in why_not("order_partly_shipped", order)


def test_the_preview_of_a_refund_is_what_was_sent():
    order = make_order(status="refunded")
    refunded = previewed("order_refunded", order)
    assert refunded["subject"] == sent("order_refunded")["subject"]
    assert "We sent $50.00 back" in refunded["text"]
    assert refunded == sent("order_refunded")


@pytest.mark.parametrize("message", ["withdrawal_received", "staff_withdrawal", "withdrawal_refused"])
def test_the_preview_of_a_mail_about_a_withdrawal_is_what_was_sent(message):
    assert "ithdr" in why_not(message, make_order())
    order = an_order_for(message)
    assert previewed(message, order) == sent(message)


def test_before_a_refund_its_preview_tells_of_all_that_could_go_back():
    assert "We sent $50.00 back" in previewed("order_refunded", make_order())["text"]
    assert "Nothing was paid" in why_not("order_refunded", make_order(status="pending"))


def test_the_preview_of_a_cancellation_is_what_was_sent():
    order = make_order()
    would = previewed("order_cancelled", order)
    calling_off.call_off(order_id=order.pk, staff=None)
    assert previewed("order_cancelled", order) == would == sent("order_cancelled")
    assert "$50.00 goes back" in would["text"]
    assert "is called off" in why_not("staff_new_order", order)
    assert "is called off" in why_not("order_received", order)


def test_a_cancellation_before_payment_says_that_nothing_was_charged():
    assert "Nothing was charged." in previewed("order_cancelled", make_order(status="pending"))["text"]


def test_the_preview_of_a_failed_payment_is_what_was_sent():
    order = make_order(status="cancelled")
    assert previewed("payment_failed", order) == sent("payment_failed")
    assert "does not wait for a payment" in why_not("payment_failed", make_order())


def test_a_payment_in_review_shows_the_alert_that_was_sent():
    order = make_order(status="pending")
    assert "needs a look" in why_not("staff_alert", order)
    Payment.objects.update(status="review", reason="amount: 1 instead of 5000")
    assert "does not match: amount: 1 instead of 5000" in previewed("staff_alert", order)["text"]


def test_a_dispute_shows_its_mail():
    order = make_order()
    assert "No bank disputes" in why_not("staff_dispute", order)
    dispute(order)
    assert "the bank disputes $50.00" in previewed("staff_dispute", order)["subject"]


def test_without_a_parcel_there_is_a_sentence_instead_of_a_mail(owner_client):
    order = make_order()
    page = owner_client.get(PAGE, {"message": "order_shipped", "order": order.number}).content.decode()
    assert f"No parcel of order #{order.number} has left yet." in page
    assert "<iframe" not in page
    assert owner_client.get(HTML, {"message": "order_shipped", "order": order.number}).status_code == 404
    lifecycle.ship(order, carrier="DHL", tracking_number="JD0123")
    assert "cannot be cancelled" in why_not("order_cancelled", order)


def test_the_page_shows_subject_text_and_html_of_the_newest_order(owner_client):
    make_order(status="pending")
    newest = make_order(status="pending")
    page = owner_client.get(PAGE).content.decode()
    assert f"We received your order {newest.number} at" in page
    assert f"message=order_received&amp;order={newest.number}" in page
    html = owner_client.get(HTML, {"message": "order_received", "order": newest.number}).content.decode()
    assert html == OutboxMail.objects.get(reference=f"order {newest.number} received").html


def test_an_order_is_found_by_its_number_as_it_is_spoken_of(owner_client):
    order = make_order(status="pending")
    make_order(status="pending")
    assert owner_client.get(PAGE, {"order": f" #{order.number} "}).context["order"] == order


@pytest.mark.parametrize("number", ["99999", "abc", "-1", "９", "1" * 5000, "\x00", "2147483648"])
def test_an_unknown_number_is_said_next_to_its_field(owner_client, number):
    make_order(status="pending")
    answer = owner_client.get(PAGE, {"order": number})
    assert answer.status_code == 200
    assert "order" in answer.context["form"].errors
    assert owner_client.get(HTML, {"order": number}).status_code == 404


def test_an_unknown_mail_is_said_next_to_its_field(owner_client):
    make_order(status="pending")
    assert "message" in owner_client.get(PAGE, {"message": "../base"}).context["form"].errors


def test_a_shop_without_orders_says_so(owner_client):
    assert "There is no order yet" in owner_client.get(PAGE).content.decode()


def test_looking_writes_and_sends_nothing(owner_client):
    order = make_order()
    jobs.run_due()
    before = OutboxMail.objects.count(), BackgroundJob.objects.count(), len(django_mail.outbox)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for message in mail_previews.messages():
            owner_client.get(PAGE, {"message": message, "order": order.number})
            owner_client.get(HTML, {"message": message, "order": order.number})
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    jobs.run_due()
    assert (OutboxMail.objects.count(), BackgroundJob.objects.count(), len(django_mail.outbox)) == before


def test_previews_are_only_read(owner_client):
    make_order(status="pending")
    assert [owner_client.post(address).status_code for address in (PAGE, HTML)] == [405, 405]


def test_whoever_may_not_see_orders_sees_no_mails(moderator_client, stranger):
    make_order(status="pending")
    for address in (PAGE, HTML):
        assert moderator_client.get(address).status_code == 403
        assert stranger.get(address).status_code == 302


def test_only_a_page_of_this_shop_may_frame_a_mail(owner_client):
    make_order(status="pending")
    mail = owner_client.get(HTML)
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    policy = mail["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert "sandbox" in policy.split("; ")
    page = owner_client.get(PAGE)
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "frame-src" not in owner_client.get("/admin/shop/order/")["Content-Security-Policy"]


def test_an_orders_page_and_the_outbox_lead_to_the_previews(owner_client):
    order = make_order(status="pending")
    assert (
        f'href="{PAGE}?order={order.number}"'
        in owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    )
    assert f'href="{PAGE}"' in owner_client.get("/admin/foundation/outboxmail/").content.decode()


def test_the_address_stands_as_the_post_of_its_country_wants_it():
    order = make_order(city="San Francisco", region="CA", postal_code="94103", country="US")
    parts = previewed("staff_new_order", order)
    assert "\nSan Francisco, CA 94103\nUnited States of America\n" in parts["text"]
    assert "<br>San Francisco, CA 94103<br>United States of America" in parts["html"]


def test_the_staff_reads_that_an_order_is_picked_up():
    order = make_order()
    Order.objects.filter(pk=order.pk).update(is_pickup=True)
    parts = previewed("staff_new_order", order)
    for part in ("text", "html"):
        assert "The buyer picks it up at the shop." in parts[part]
        assert order.line1 not in parts[part]


ABOUT_THE_WHOLE_ORDER = sorted(set(mail_previews.MESSAGES) - {"gift_card"})
HOSTILE = 'Ann "Bo"\r\nBcc: thief@example.org\r\n\r\n<script>alert(1)</script> \u202e\u0301 {{ x }}'


@pytest.mark.parametrize("message", ABOUT_THE_WHOLE_ORDER)
def test_no_name_breaks_a_header_or_runs_in_a_mail(message):
    order = an_order_for(message)
    Order.objects.filter(pk=order.pk).update(name=HOSTILE[:120], city=HOSTILE[:80])
    order.lines.update(title=HOSTILE)
    parts = previewed(message, order)
    assert parts["subject"].isprintable()
    assert str(order.number) in parts["subject"]
    assert "<script" not in parts["html"]
    assert parts["html"].count("</html>") == 1
    assert "&amp;" not in parts["text"]


@pytest.mark.parametrize("message", ABOUT_THE_WHOLE_ORDER)
def test_text_and_html_lack_no_value_and_lead_to_the_same_page(message, monkeypatch):
    order = an_order_for(message)
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "[no %s]")
    parts = previewed(message, order)
    assert [part for part in parts.values() if "[no " in part] == []
    link = f"/admin/shop/order/{order.pk}/change/" if message.startswith("staff") else order.site_url
    for words in (link, order.lines.get().title if message != "staff_dispute" else "$94.00"):
        assert words in parts["text"]
        assert words in parts["html"]


def an_order_for(message):
    """Make an order that this mail fits."""
    order = make_order((make_variant(), 2), status="pending" if message == "payment_failed" else "paid")
    if message == "order_shipped":
        lifecycle.ship(order, carrier="DHL", tracking_number="JD0123")
    if message == "order_partly_shipped":
        ship_units(order, 1)
    if message == "staff_dispute":
        dispute(order)
    if "withdrawal" in message:
        withdraw(Client(), order, name='Ann "Bo" & Co')
    if message == "withdrawal_refused":
        statements.refuse(withdrawal_id=order.withdrawals.get().pk, reason="Unsealed & used", staff=None)
    if message == "staff_alert":
        Payment.objects.update(status="review", reason="amount: 1 instead of 5000")
    return order
