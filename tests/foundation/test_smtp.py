"""A mail server that refuses, hangs, dawdles or dies: the mail arrives once, and nobody waits long for it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation import jobs, mail
from foundation.mail import OutboxMail
from tests.foundation import example_jobs
from tests.foundation.mail_server import STEPS, MailServer, Trouble, mail_server
from tests.foundation.worker_process import wait_for, workers

TIMEOUT, PLENTY = 0.4, 20  # seconds for a server in trouble, and for one that works
SLACK = 2  # for a busy machine
TROUBLES = [
    Trouble(step, what)
    for step in STEPS
    for what in ("hang", "drop", "451 later")
    if (step, what) != ("EHLO", "451 later")  # then the client says HELO, and all is well
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "foundation.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def greet(reference: str = "visit 1") -> None:
    mail.enqueue(message="greeting", to=["ana@example.org"], context={"name": "Ana"}, reference=reference)


def attempt(settings: Any, timeout: float = PLENTY) -> float:
    """Run the mail's job now, whatever pause it has; return the seconds that took."""
    settings.EMAIL_TIMEOUT = timeout
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    began = time.monotonic()
    jobs.run_due()
    return time.monotonic() - began


def message_ids(server: MailServer) -> set[str]:
    return {message["Message-ID"] for message in server.offered}


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_mail_that_fails_at_any_step_is_sent_once_when_the_server_heals(settings, server, trouble):
    server.troubles = [trouble]
    greet()
    assert attempt(settings, TIMEOUT) < TIMEOUT + SLACK
    assert OutboxMail.objects.get().sent_at is None
    assert OutboxMail.objects.get().error != ""
    attempt(settings)
    attempt(settings)
    assert OutboxMail.objects.get().sent_at is not None
    assert len(server.accepted) == 1
    assert message_ids(server) == {OutboxMail.objects.get().message_id}


def test_a_mail_survives_every_kind_of_trouble_in_a_row(settings, server):
    server.troubles = list(TROUBLES)
    greet()
    for trouble in TROUBLES:
        attempt(settings, TIMEOUT if trouble.what == "hang" else PLENTY)
    assert len(server.accepted) == 0
    attempt(settings)
    attempt(settings)
    assert len(server.accepted) == 1
    assert len(server.offered) == 4  # three times the server had all of it, and did not say so
    assert message_ids(server) == {OutboxMail.objects.get().message_id}
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.parametrize("what", ["hang", "drop", "500 what?"])
def test_a_mail_that_was_accepted_is_sent_however_the_goodbye_goes(settings, server, what):
    server.troubles = [Trouble("QUIT", what)]
    greet()
    attempt(settings, TIMEOUT * 5)
    attempt(settings)
    assert len(server.offered) == 1
    assert OutboxMail.objects.get().sent_at is not None


def test_a_server_that_dawdles_at_every_step_gets_the_time_of_one(settings, server):
    timeout = 1.0
    server.dawdle_seconds = 0.7 * timeout
    greet()
    assert attempt(settings, timeout) < timeout + SLACK
    assert OutboxMail.objects.get().sent_at is None
    server.dawdle_seconds = 0
    attempt(settings)
    assert len(server.accepted) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_payments_overtake_mails_while_the_mail_server_hangs(tmp_path):
    mark, timeout = Path(tmp_path / "mark"), 2
    hanging = [Trouble("banner", "hang")] * 3
    with mail_server(*hanging) as server, workers() as start:
        for number in range(3):
            greet(f"visit {number}")
        start(TEST_EMAIL_PORT=str(server.port), TEST_EMAIL_TIMEOUT=str(timeout))
        wait_for(lambda: server.conversations == 1)
        began = time.monotonic()
        example_jobs.leave_file_urgently.enqueue(path=str(mark))
        wait_for(mark.exists, timeout + 2)
        assert time.monotonic() - began < timeout + 1
        wait_for(lambda: server.conversations >= 2)
        begun = DBTaskResult.objects.exclude(started_at=None).order_by("started_at")
        assert begun[1].task_path.endswith("leave_file_urgently"), "a mail went before the payment"
