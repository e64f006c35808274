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
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
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
    assert (only_mail().text, only_mail().html) == (sent.body, sent.alternatives[0].content)
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


FORGOTTEN = "This mail held a code. It was forgotten when the mail was sent."
SECRET = {"context": {"name": "K7F3"}, "is_secret": True}  # the letter says it in text and HTML


def test_a_secret_mail_is_forgotten_once_it_was_sent_and_its_subject_stays():
    greet(**SECRET)
    assert "K7F3" in only_mail().text
    jobs.run_due()
    [sent] = django_mail.outbox
    assert "K7F3" in sent.body
    assert "K7F3" in sent.alternatives[0].content
    mail_row = only_mail()
    assert (mail_row.text, mail_row.html) == (f"{FORGOTTEN}\n", f"<p>{FORGOTTEN}</p>")
    assert mail_row.subject == "Hello K7F3"
    assert mail_row.sent_at is not None


def test_the_update_that_says_it_was_sent_is_the_one_that_forgets():
    greet(**SECRET)
    with CaptureQueriesContext(connection) as queries:
        mail.send.call(mail_id=only_mail().pk)
    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    [_claimed, sent] = updates
    assert '"sent_at" = ' in sent
    assert FORGOTTEN in sent


def test_a_secret_mail_is_enqueued_once_and_not_written_anew_after_it_was_forgotten():
    greet(**SECRET)
    jobs.run_due()
    greet(**SECRET)
    jobs.run_due()
    assert len(django_mail.outbox) == 1
    assert only_mail().text == f"{FORGOTTEN}\n"


def test_a_secret_that_a_late_worker_sent_and_forgot_is_not_sent_as_the_note_of_it():
    greet(**SECRET)

    def sent_in_between(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith("UPDATE") and OutboxMail.objects.filter(sent_at=None).exists():
            OutboxMail.objects.update(sent_at=timezone.now(), **only_mail().afterwards)
        return answer

    with connection.execute_wrapper(sent_in_between):
        mail.send.call(mail_id=only_mail().pk)
    assert django_mail.outbox == []


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


def text_of(message: Message) -> str:
    text: Any = message.get_payload()[0]  # type: ignore[index]
    return text.get_payload(decode=True).decode()


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


def test_a_secret_mail_that_was_refused_is_still_whole_for_the_next_try(mail_server):
    mail_server.refusals = ["451 Try again later"]
    with time_machine.travel(NOON, tick=False) as clock:
        greet(**SECRET)
        jobs.run_due()
        assert "K7F3" in only_mail().text
        clock.shift(dt.timedelta(seconds=5))
        jobs.run_due()
    [message] = mail_server.accepted
    assert "K7F3" in text_of(message)
    assert FORGOTTEN in only_mail().text


def test_a_worker_that_dies_after_the_server_took_a_secret_mail_sends_it_again(mail_server, monkeypatch):
    class Killed(BaseException):
        """The process ends here."""

    def send_and_die(message: EmailMultiAlternatives) -> None:
        EmailMessage.send(message)
        raise Killed

    greet(**SECRET)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", send_and_die)
        with pytest.raises(Killed):
            mail.send.call(mail_id=only_mail().pk)
    assert only_mail().sent_at is None
    with time_machine.travel(timezone.now() + mail.SENDING_LEASE * 2):
        jobs.run_due()
    first, second = mail_server.accepted
    assert first["Message-ID"] == second["Message-ID"]
    assert text_of(first) == text_of(second)
    assert "K7F3" in text_of(second)
    assert FORGOTTEN in only_mail().text
