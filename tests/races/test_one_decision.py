"""Moderators who press at the same moment, and a comment that is sent twice at once."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from comments import moderation, posting
from comments.models import Comment, Decision, State
from foundation import jobs
from foundation.mail import OutboxMail
from tests.comments.builders import make_article, make_comment
from tests.races.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MODERATORS = 8


def test_of_many_moderators_at_once_one_decides_and_the_others_are_told():
    comment = make_comment()
    staff = [User.objects.create_user(f"moderator-{n}", is_staff=True) for n in range(MODERATORS)]

    def press(n):
        seen = Comment.objects.get(pk=comment.pk)
        return moderation.decide(
            comment=seen,
            seen_state="pending",
            to_state=State.APPROVED if n % 2 else State.SPAM,
            staff=staff[n],
        )

    results = race(press, MODERATORS)

    assert sum(isinstance(result, Decision) for result in results) == 1
    assert sum(isinstance(result, moderation.DecidedAlready) for result in results) == MODERATORS - 1
    assert Decision.objects.get().to_state == Comment.objects.get().state
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        jobs.run_due()
    assert OutboxMail.objects.count() == (Comment.objects.get().state == State.APPROVED)


def test_a_press_that_arrives_many_times_at_once_decides_once(moderator):
    comment = make_comment()

    def press(_n):
        seen = Comment.objects.get(pk=comment.pk)
        return moderation.decide(comment=seen, seen_state="pending", to_state=State.APPROVED, staff=moderator)

    results = race(press, MODERATORS)

    assert set(results) == {Decision.objects.get()}


def test_a_comment_that_arrives_many_times_at_once_is_kept_once():
    article = make_article()
    ContentType.objects.get_for_model(article)
    draft = posting.Draft(
        target=article, name="Ruth", email="ruth@example.com", body="Sent by a nervous finger"
    )

    results = race(lambda n: posting.post(draft), MODERATORS)

    assert {result.pk for result in results} == {Comment.objects.get().pk}
