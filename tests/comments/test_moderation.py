"""Decisions: logged, undoable, never over somebody else's."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from comments import moderation
from comments.models import Comment, Decision, State
from foundation import freshness, jobs
from foundation.mail import OutboxMail
from tests.comments.builders import make_comment

pytestmark = pytest.mark.django_db


def pass_minutes(clock, minutes):
    """Let time go by, then let the worker do what is due."""
    clock.move_to(timezone.now() + timedelta(minutes=minutes), tick=False)
    jobs.run_due()


@pytest.fixture
def second_moderator():
    return User.objects.create_user("second", is_staff=True)


def test_every_decision_is_a_row(moderator):
    comment = make_comment(spam_score=30)

    moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator, reason="kind")

    comment.refresh_from_db()
    decision = Decision.objects.get()
    assert comment.state == State.APPROVED
    assert (decision.staff, decision.from_state, decision.to_state) == (moderator, "pending", "approved")
    assert (decision.reason, decision.score) == ("kind", 30)


def test_a_second_moderator_is_refused_and_told_who_was_faster(moderator, second_moderator):
    comment = make_comment(name="Ruth")
    as_seen_by_second = Comment.objects.get(pk=comment.pk)
    moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)

    with pytest.raises(moderation.DecidedAlready, match=r"by Ruth.*moderator has made it “Approved”"):
        moderation.decide(comment=as_seen_by_second, to_state=State.SPAM, staff=second_moderator)

    assert Comment.objects.get().state == State.APPROVED
    assert Decision.objects.count() == 1


def test_deciding_what_is_decided_so_already_is_refused(moderator):
    comment = make_comment(state=State.SPAM)

    with pytest.raises(moderation.DecidedAlready, match="“Spam” already"):
        moderation.decide(comment=comment, to_state=State.SPAM, staff=moderator)


def test_a_deleted_comment_is_refused_not_a_crash(moderator):
    comment = make_comment()
    Comment.objects.filter(pk=comment.pk).delete()

    with pytest.raises(moderation.DecidedAlready, match="deleted"):
        moderation.decide(comment=comment, to_state=State.SPAM, staff=moderator)


def test_undo_returns_to_the_state_before_as_a_new_decision(moderator):
    comment = make_comment()
    decision = moderation.decide(comment=comment, to_state=State.REJECTED, staff=moderator)

    moderation.undo(decision=decision, staff=moderator)

    comment.refresh_from_db()
    assert comment.state == State.PENDING
    assert [row.to_state for row in Decision.objects.all()] == ["pending", "rejected"]


def test_only_the_latest_decision_can_be_undone(moderator, second_moderator):
    comment = make_comment()
    first = moderation.decide(comment=comment, to_state=State.REJECTED, staff=moderator)
    moderation.decide(comment=comment, to_state=State.APPROVED, staff=second_moderator)

    with pytest.raises(moderation.DecidedAlready):
        moderation.undo(decision=first, staff=moderator)

    assert Comment.objects.get().state == State.APPROVED


def test_public_pages_learn_of_a_decision(moderator):
    before = freshness.current()

    moderation.decide(comment=make_comment(), to_state=State.APPROVED, staff=moderator)

    assert freshness.current() != before


def test_commenter_hears_once_and_never_before_approval(moderator, time_machine):
    comment = make_comment(body="My secret opinion", email="ruth@example.com")
    moderation.decide(comment=comment, to_state=State.REJECTED, staff=moderator)
    pass_minutes(time_machine, 6)
    assert not OutboxMail.objects.exists()

    for _time in range(2):
        approval = moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)
        pass_minutes(time_machine, 6)
        moderation.undo(decision=approval, staff=moderator)
        comment.refresh_from_db()

    mail = OutboxMail.objects.get()
    assert mail.recipient == "ruth@example.com"
    assert f"http://testserver{comment.target.get_absolute_url()}#comment-{comment.pk}" in mail.text
    assert comment.target.title in mail.subject
    assert "My secret opinion" not in mail.text + mail.html
    assert "unsubscribe" not in (mail.text + mail.html).lower()


@pytest.mark.parametrize("written", ["ruth@example.com", "RUTH@example.com", "ruth+{}@example.com"])
def test_one_recipient_hears_of_few_comments_whoever_typed_the_address(
    settings, moderator, time_machine, written
):
    settings.LIMIT_MAILS_UNPAID = (2, 86400)
    for n in range(4):
        comment = make_comment(email=written.format(n))
        moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)
    pass_minutes(time_machine, 6)
    assert OutboxMail.objects.count() == 2


def test_the_mail_waits_five_minutes(moderator, time_machine):
    moderation.decide(comment=make_comment(), to_state=State.APPROVED, staff=moderator)

    pass_minutes(time_machine, 4.9)
    assert not OutboxMail.objects.exists()
    pass_minutes(time_machine, 0.2)
    assert OutboxMail.objects.get().sent_at


def test_an_undo_within_five_minutes_cancels_the_mail(moderator, time_machine):
    approval = moderation.decide(comment=make_comment(), to_state=State.APPROVED, staff=moderator)
    moderation.undo(decision=approval, staff=moderator)

    pass_minutes(time_machine, 6)

    assert not OutboxMail.objects.exists()


def test_after_an_undo_the_five_minutes_begin_anew(moderator, time_machine):
    comment = make_comment()
    approval = moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)
    pass_minutes(time_machine, 3)
    moderation.undo(decision=approval, staff=moderator)
    comment.refresh_from_db()
    moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)

    pass_minutes(time_machine, 3)
    assert not OutboxMail.objects.exists()
    pass_minutes(time_machine, 3)
    assert OutboxMail.objects.count() == 1


def test_a_comment_that_is_deleted_meanwhile_mails_nobody(moderator, time_machine):
    comment = make_comment()
    moderation.decide(comment=comment, to_state=State.APPROVED, staff=moderator)
    comment.delete()

    pass_minutes(time_machine, 6)

    assert not OutboxMail.objects.exists()


def test_a_decision_pressed_twice_is_one(moderator, time_machine):
    comment = make_comment()
    first, second = (
        moderation.decide(comment=comment, seen_state="pending", to_state=State.APPROVED, staff=moderator)
        for _press in range(2)
    )

    pass_minutes(time_machine, 6)

    assert first == second == Decision.objects.get()
    assert OutboxMail.objects.count() == 1


def test_an_undo_pressed_twice_is_one(moderator):
    comment = make_comment()
    decision = moderation.decide(comment=comment, to_state=State.SPAM, staff=moderator)

    undone = [moderation.undo(decision=decision, staff=moderator) for _press in range(2)]

    assert undone[0] == undone[1]
    assert Decision.objects.count() == 2


def test_the_same_decision_by_somebody_else_is_refused(moderator, second_moderator):
    comment = make_comment()
    seen = {"comment": comment, "seen_state": "pending", "to_state": State.SPAM}
    moderation.decide(staff=moderator, **seen)

    with pytest.raises(moderation.DecidedAlready, match="moderator has made it"):
        moderation.decide(staff=second_moderator, **seen)


def test_the_opposite_from_a_page_that_is_stale_is_refused(moderator):
    comment = make_comment()
    moderation.decide(comment=comment, seen_state="pending", to_state=State.APPROVED, staff=moderator)

    with pytest.raises(moderation.DecidedAlready):
        moderation.decide(comment=comment, seen_state="pending", to_state=State.SPAM, staff=moderator)

    assert Comment.objects.get().state == State.APPROVED


def test_a_refusal_is_a_message_for_people():
    assert issubclass(moderation.DecidedAlready, ValidationError)
