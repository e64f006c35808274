"""Mail: exists exactly when its cause does, goes out once, survives a server that refuses."""

import datetime as dt
import email
import socket
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core import mail as django_mail
from django.db import transaction
from django.utils import timezone

from foundation import freshness, jobs, mail
from foundation.mail import OutboxMail
from foundation.models import BackgroundJob, SiteIdentity

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]


def greet(**overrides: Any) -> None:
    fields: dict[str, Any] = {"to": ["ana@example.org"], "context": {"name": "Ana"}, "reference": "visit 1"}
    mail.enqueue(message="greeting", **fields | overrides)


def only_mail() -> OutboxMail:
    return OutboxMail.objects.get()


def test_a_mail_is_rendered_when_it_is_enqueued_and_sent_by_a_job():
    SiteIdentity.objects.create(pk=1, name="Kora")
    greet()
    assert django_mail.outbox == []
    jobs.run_due()
    [sent] = django_mail.outbox
    assert sent.to == ["ana@example.org"]
    assert sent.body == "Dear Ana,\nKora greets you: http://testserver/\n"
    assert sent.alternatives[0].content == "<p>Dear Ana, Kora greets you.</p>"
    assert sent.from_email == "Kora <shop@testserver>"
    assert only_mail().sent_at is not None


def test_the_subject_is_one_line():
    greet(context={"name": "Ana\r\nBcc: thief@example.org"})
    assert only_mail().subject == "Hello Ana Bcc: thief@example.org"


def test_html_is_escaped_and_text_is_not():
    greet(context={"name": "<b>O'Hara</b>"})
    assert "Dear <b>O'Hara</b>," in only_mail().text
    assert "Dear &lt;b&gt;O&#x27;Hara&lt;/b&gt;," in only_mail().html


def test_the_same_mail_is_enqueued_once():
    greet()
    greet(context={"name": "Somebody else"})
    jobs.run_due()
    greet()
    jobs.run_due()
    assert len(django_mail.outbox) == 1


def test_another_reference_or_recipient_is_another_mail():
    greet()
    greet(reference="visit 2")
    greet(to=["ana@example.org", "ben@example.org", "ben@example.org"])
    jobs.run_due()
    assert [sent.to[0] for sent in django_mail.outbox] == ["ana@example.org"] * 2 + ["ben@example.org"]


def test_a_mail_whose_cause_rolls_back_never_existed():
    with transaction.atomic():
        greet()
        transaction.set_rollback(True)
    jobs.run_due()
    assert django_mail.outbox == []
    assert not OutboxMail.objects.exists()


def test_a_sent_mail_is_never_sent_again():
    greet()
    jobs.run_due()
    mail.send.enqueue(mail_id=only_mail().pk)
    jobs.run_due()
    assert len(django_mail.outbox) == 1


def test_a_mail_that_another_worker_is_sending_is_left_to_it():
    greet()
    OutboxMail.objects.update(sending_until=timezone.now() + mail.SENDING_LEASE)
    jobs.run_due()
    assert django_mail.outbox == []
    assert BackgroundJob.objects.get().status == "READY"
    with time_machine.travel(timezone.now() + mail.SENDING_LEASE * 2):
        jobs.run_due()
    assert len(django_mail.outbox) == 1


def test_reply_to_and_further_headers_travel_along():
    unsubscribe = {
        "List-Unsubscribe": "<https://shop.example/u/1>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    greet(reply_to="owner@shop.example", headers=unsubscribe)
    jobs.run_due()
    message = django_mail.outbox[0].message()
    assert message["Reply-To"] == "owner@shop.example"
    assert message["List-Unsubscribe"] == "<https://shop.example/u/1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"


def test_demo_mode_writes_each_mail_into_a_readable_file(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "not" / "yet" / "there"
    greet()
    greet(reference="visit 2")
    jobs.run_due()
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"))
    assert len(files) == 2
    assert "Dear Ana," in files[0].read_text()


def test_the_shops_new_name_is_in_the_next_mail():
    SiteIdentity.objects.create(pk=1, name="Old name")
    greet()
    SiteIdentity.objects.update(name="New name")
    freshness.bump()
    greet(reference="visit 2")
    assert "New name greets you" in OutboxMail.objects.get(reference="visit 2").text


class MailServer:
    """A real SMTP server that may refuse the first mails."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.offered: list[Message] = []
        self.accepted: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take or refuse one mail."""
        message = email.message_from_bytes(envelope.content)
        self.offered.append(message)
        if self.refusals:
            return self.refusals.pop(0)
        self.accepted.append(message)
        return "250 OK"


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    handler = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def test_a_real_mail_server_gets_text_and_html(mail_server):
    greet(context={"name": "Zoë"})
    jobs.run_due()
    [message] = mail_server.accepted
    text, html = message.get_payload()
    assert message["To"] == "ana@example.org"
    assert message["Message-ID"] == only_mail().message_id
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Dear Zoë," in text.get_payload(decode=True).decode()


def test_a_refused_mail_is_tried_again_later_under_the_same_message_id(mail_server):
    mail_server.refusals = ["451 Try again later"]
    with time_machine.travel(NOON, tick=False) as clock:
        greet()
        jobs.run_due()
        assert "451" in only_mail().error
        assert only_mail().sent_at is None
        jobs.run_due()
        assert len(mail_server.offered) == 1
        clock.shift(dt.timedelta(seconds=5))
        jobs.run_due()
    assert len(mail_server.accepted) == 1
    assert len({message["Message-ID"] for message in mail_server.offered}) == 1
    assert only_mail().error == ""


def test_a_mail_server_that_is_away_loses_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    greet()
    jobs.run_due()
    assert "ConnectionRefusedError" in only_mail().error
    assert BackgroundJob.objects.get().status == "READY"
