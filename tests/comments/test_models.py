"""What the tables of the comments refuse."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from comments.models import BODY_LIMIT, Comment, Decision, State
from tests.comments.builders import make_article, make_comment

pytestmark = pytest.mark.django_db


def test_a_comment_starts_pending_with_its_text_rendered():
    comment = make_comment(body="*well*")

    assert comment.state == State.PENDING
    assert comment.body_html == "<p><em>well</em></p>"


@pytest.mark.parametrize(
    "wrong", [{"state": "public"}, {"name": ""}, {"body": ""}, {"body": "x" * (BODY_LIMIT + 1)}]
)
def test_the_database_refuses_what_is_no_comment(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_comment(**wrong)


def test_the_same_person_says_the_same_only_once_to_a_page():
    first = make_comment(body="Thank  you")
    same = {"email": first.email, "body": "thank you "}
    make_comment(**same)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_comment(first.target, **same)


def test_named_reads_keep_targets_and_states_apart():
    article = make_article()
    shown = make_comment(article, state=State.APPROVED)
    waiting = make_comment(article)
    make_comment(state=State.APPROVED)

    assert list(Comment.objects.for_target(article).approved()) == [shown]
    assert list(Comment.objects.for_target(article).pending()) == [waiting]


def test_a_decision_is_never_changed():
    decision = Decision.objects.create(comment=make_comment(), from_state="pending", to_state="spam", score=0)
    decision.to_state = "approved"

    with pytest.raises(ValidationError):
        decision.save()


def test_a_decision_changes_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(comment=make_comment(), from_state="spam", to_state="spam", score=0)
