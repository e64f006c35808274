"""A comment whose every part is as long as it may be goes all the way, on both databases."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from comments import moderation
from comments.models import BODY_LIMIT, Comment, Decision, State
from foundation import jobs
from foundation.mail import OutboxMail
from tests.comments.builders import form_data, make_article

pytestmark = pytest.mark.django_db
EMAIL = "a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 57]) + ".example"
TEXTS = [
    ("N" * 80, "b" * BODY_LIMIT),
    ("x\u0301" * 40, "x\u0301" * (BODY_LIMIT // 2)),
    ("\ufdfa" * 80, "\ufdfa " * (BODY_LIMIT // 2 - 1)),  # one character that folds into eighteen
    ("\u0130" * 80, "*a* " * (BODY_LIMIT // 4)),
    ("\u00df" * 80, "😀" * BODY_LIMIT),
]


@pytest.fixture
def article():
    return make_article(title="T\u0301" * 80, slug="t" * 160)


@pytest.fixture
def clerk():
    return User.objects.create(
        username="u" * 150, first_name="f" * 150, last_name="l" * 150, is_staff=True, is_superuser=True
    )


@pytest.mark.parametrize(("name", "body"), TEXTS, ids=["letters", "accents", "ligatures", "marks", "signs"])
def test_it_is_sent_published_told_and_undone(client, clerk, article, settings, name, body):
    settings.COMMENT_MAX_LENGTH = BODY_LIMIT
    answer = client.post("/comments/post/", form_data(article, name=name, email=EMAIL, body=body))
    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert (comment.name, comment.email) == (name, EMAIL)
    client.force_login(clerk)
    assert client.get("/admin/comments/comment/").status_code == 200
    decision = moderation.decide(comment=comment, to_state=State.APPROVED, staff=clerk, reason="r" * 200)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        jobs.run_due()
    assert len(OutboxMail.objects.get(message="comment_published").subject) <= 255
    assert client.get(article.get_absolute_url()).status_code == 200
    moderation.undo(decision=decision, staff=clerk)
    assert [row.to_state for row in Decision.objects.all()] == ["pending", "approved"]


@pytest.mark.parametrize("grows", ["\u0130" * 64 + EMAIL[64:], "\u0130@example.com"])
def test_an_address_that_is_none_in_lower_case_is_refused_at_the_field(client, article, grows):
    page = client.post("/comments/post/", form_data(article, email=grows)).content.decode()
    assert "Enter a valid email address." in page
    assert "Lovely article." in page
    assert not Comment.objects.exists()
