"""Staff send a mail of an order again, to the address it has now, and note what only they see."""

import pytest
from django.utils.html import escape

from foundation import jobs
from foundation.models import OutboxMail
from shop.backoffice import resending
from shop.orders.models import OrderNote
from shop.payments.models import Refund
from tests.builders import make_product, make_variant
from tests.shop.backoffice.test_corrections import address_of, correct, events, pdf
from tests.shop.checkout_builders import open_shop
from tests.shop.order_builders import make_order, refund

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    open_shop()


# ---- mails ---------------------------------------------------------------------------------------


def send_again(client, order, mail, so_far=None):
    count = resending.to_buyer(order).count() if so_far is None else so_far
    return client.post(address_of(order, "resend"), {"mail": mail.pk, "mails_so_far": count}, follow=True)


def test_a_mail_is_sent_again_to_the_present_address_with_an_event(owner_client, mailoutbox):
    order = make_order()
    paid = OutboxMail.objects.get(message="order_paid")
    correct(owner_client, order, email="ada@right.example", line1="Lindenstraße 11")
    page = send_again(owner_client, order, paid).content.decode()
    assert "The mail goes to ada@right.example again." in page
    again = OutboxMail.objects.latest("pk")
    assert (again.recipient, again.subject) == ("ada@right.example", paid.subject)
    assert "Lindenstraße 11" in again.text
    assert again.message_id != paid.message_id
    assert events(order)[-1] == (f"Sent again to ada@right.example: {paid.subject}", "owner")
    jobs.run_due()
    assert mailoutbox[-1].to == ["ada@right.example"]


def test_a_mail_about_a_refund_says_again_what_it_said(owner_client):
    order = make_order()
    refund(order)
    order.refresh_from_db()
    first = OutboxMail.objects.get(message="order_refunded")
    send_again(owner_client, order, first)
    assert OutboxMail.objects.latest("pk").text == first.text
    assert Refund.objects.count() == 1


def test_a_second_press_sends_nothing_and_many_have_to_wait(owner_client):
    order = make_order()
    paid = OutboxMail.objects.get(message="order_paid")
    count = resending.to_buyer(order).count()
    for _turn in range(3):
        send_again(owner_client, order, paid, so_far=count)
    assert resending.to_buyer(order).count() == count + 1
    for _turn in range(12):
        page = send_again(owner_client, order, paid).content.decode()
    assert "has to wait an hour" in page
    assert resending.to_buyer(order).count() < count + 10


def test_mails_to_the_staff_of_other_orders_and_with_codes_are_not_sent_again(owner_client):
    card = make_variant(make_product(title="Card", is_gift_card=True), price_minor=5000)
    order, other = make_order((card, 1)), make_order()
    jobs.run_due()
    own = set(resending.to_buyer(order).values_list("message", flat=True))
    assert own == {"order_received", "order_paid"}
    before = OutboxMail.objects.count()
    for mail in OutboxMail.objects.exclude(pk__in=resending.to_buyer(order).values("pk")):
        assert (
            "Choose one of the mails of this order." in send_again(owner_client, order, mail).content.decode()
        )
    assert OutboxMail.objects.count() == before
    assert other.papers.count() == 1


# ---- notes ---------------------------------------------------------------------------------------


def test_a_note_is_seen_by_the_staff_alone(owner_client, customer):
    order = make_order()
    text = "Calls <b>often</b>: be patient"
    assert owner_client.post(address_of(order, "note"), {"text": text}).status_code == 302
    page = owner_client.get(address_of(order, "change")).content.decode()
    assert escape(text) in page
    note = OrderNote.objects.get()
    assert (note.text, note.staff.username) == (text, "owner")
    public = [
        customer.get(order.get_absolute_url()).content.decode(),
        pdf(customer, order.papers.get()),
        *OutboxMail.objects.values_list("text", flat=True),
        *OutboxMail.objects.values_list("html", flat=True),
    ]
    assert not any("patient" in part for part in public)


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "x" * 2001])
def test_an_empty_or_endless_note_is_refused_at_its_field(owner_client, text):
    order = make_order()
    answer = owner_client.post(address_of(order, "note"), {"text": text})
    assert answer.status_code == 200
    assert 'id="id_text_error"' in answer.content.decode()
    assert not OrderNote.objects.exists()
