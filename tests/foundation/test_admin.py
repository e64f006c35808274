"""What the owner sees of the foundation in the admin, and what nobody may do there."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation import freshness, jobs, mail, pictures
from foundation.models import BackgroundJob, OutboxMail
from tests.foundation import example_jobs
from tests.foundation.images import image_bytes

pytestmark = pytest.mark.django_db
LISTS = ["backgroundjob", "outboxmail", "picture", "schedule"]


def list_url(model: str) -> str:
    return reverse(f"admin:foundation_{model}_changelist")


@pytest.fixture
def failed_job(owner) -> BackgroundJob:
    example_jobs.fail.enqueue(text="x")
    jobs.run_due()
    BackgroundJob.objects.update(status="FAILED", finished_at=timezone.now())
    return BackgroundJob.objects.get()


def test_failed_jobs_are_listed_with_their_reason_and_run_again(owner_client, failed_job):
    page = owner_client.get(list_url("backgroundjob"), {"status__exact": "FAILED"}).content.decode()
    assert "ConnectionRefusedError: x" in page
    assert "text=x" in page
    chosen = {"action": "run_again", "_selected_action": [str(failed_job.pk)]}
    page = owner_client.post(list_url("backgroundjob"), chosen, follow=True).content.decode()
    assert "1 job starts again." in page
    assert BackgroundJob.objects.get().status == "READY"


def test_the_first_page_counts_jobs_that_gave_up_and_leads_to_them(owner_client, failed_job):
    page = owner_client.get("/admin/").content.decode()
    assert "<b>1</b> background job that gave up" in page
    assert f'href="{list_url("backgroundjob")}?status__exact=FAILED"' in page
    jobs.run_again(BackgroundJob.objects.all())
    assert "gave up" not in owner_client.get("/admin/").content.decode()


def test_the_first_page_tells_the_moderator_nothing_of_jobs(moderator_client, failed_job):
    assert "gave up" not in moderator_client.get("/admin/").content.decode()


def test_a_job_shows_its_whole_traceback(owner_client, failed_job):
    url = reverse("admin:foundation_backgroundjob_change", args=[failed_job.pk])
    assert "Traceback (most recent call last)" in owner_client.get(url).content.decode()


def test_jobs_are_found_by_their_arguments(owner_client, failed_job):
    def found(words: str) -> bool:
        page = owner_client.get(list_url("backgroundjob"), {"q": words}).content.decode()
        return "example_jobs.fail(text=x)" in page

    assert (found("fail"), found('"x"'), found("nowhere")) == (True, True, False)


def test_mails_are_listed_and_shown_as_text(owner_client, letter):
    mail.enqueue(message="greeting", to=["ana@example.org"], context={"name": "<Ana>"}, reference="visit 1")
    for state in ("", "sent", "waiting", "trouble"):
        response = owner_client.get(list_url("outboxmail"), {"state": state} if state else {})
        assert ("ana@example.org" in response.content.decode()) == (state in {"", "waiting"})
    url = reverse("admin:foundation_outboxmail_change", args=[OutboxMail.objects.get().pk])
    assert "Dear &lt;Ana&gt;," in owner_client.get(url).content.decode()


def test_the_text_of_a_secret_mail_is_shown_neither_before_nor_after_it_was_sent(owner_client, letter):
    fields = {"to": ["ana@example.org"], "context": {"name": "K7F3"}, "reference": "visit 1"}
    mail.enqueue(message="greeting", is_secret=True, **fields)
    OutboxMail.objects.update(subject="A card")
    url = reverse("admin:foundation_outboxmail_change", args=[OutboxMail.objects.get().pk])
    before = owner_client.get(url).content.decode()
    assert "which its recipient alone may read" in before
    jobs.run_due()
    after = owner_client.get(url).content.decode()
    assert "It was forgotten when the mail was sent." in after
    assert "K7F3" not in before + after + owner_client.get(list_url("outboxmail")).content.decode()


def test_pictures_are_listed_small(owner_client, media):
    picture = pictures.store(io.BytesIO(image_bytes()), name="flute.png")
    jobs.run_due()
    picture.refresh_from_db()
    page = owner_client.get(list_url("picture")).content.decode()
    assert f'src="{picture.url(80)}"' in page


@pytest.mark.parametrize("model", LISTS)
def test_nothing_of_it_is_added_changed_or_deleted_by_hand(owner_client, model):
    assert owner_client.get(list_url(model)).status_code == 200
    assert owner_client.get(reverse(f"admin:foundation_{model}_add")).status_code == 403


@pytest.mark.parametrize("model", LISTS)
def test_the_moderator_sees_none_of_it(moderator_client, model):
    assert moderator_client.get(list_url(model)).status_code == 403


def test_the_librarys_own_job_screen_is_gone(owner_client):
    assert owner_client.get("/admin/django_tasks_database/dbtaskresult/").status_code == 404


def test_the_owner_says_what_matters_in_a_picture_and_pages_follow(owner_client):
    picture = pictures.store(io.BytesIO(image_bytes()), name="flute.png")
    before = freshness.current()
    page = f"/admin/foundation/picture/{picture.pk}/change/"
    opened = owner_client.get(page).context["opened"]
    sent = {"focal_x": "25", "focal_y": "100", "_opened": opened}
    assert owner_client.post(page, sent).status_code == 302
    picture.refresh_from_db()
    assert picture.focal_class == "focus-x-25 focus-y-100"
    assert freshness.current() != before
    assert "choice" in owner_client.post(page, {"focal_x": "26", "focal_y": "100"}).content.decode()
