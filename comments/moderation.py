"""Decisions about comments: each is a row, can be undone, and is refused if somebody was faster.

The same decision pressed twice by the same person is one. The commenter hears of a publication when it has
stood for five minutes, so that an undo comes before the mail.
Errors: DecidedAlready (a ValidationError).
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import targets
from comments.models import Comment, Decision, State
from foundation import freshness, jobs, mail

TELL_AFTER = timedelta(minutes=5)


class DecidedAlready(ValidationError):
    """The comment is no longer in the state that the moderator saw."""


@transaction.atomic
def decide(
    *, comment: Comment, to_state: str, staff: User | None, reason: str = "",
    seen_state: str | None = None,
) -> Decision:  # fmt: skip
    """Move a comment from the state that was seen (its own, unless given) to `to_state`.

    `staff` is None for a rule. Who presses twice gets the decision that stands already. Raises DecidedAlready
    if another moderator decided since, or if there is nothing to change. One guarded update.
    """
    old = seen_state or comment.state
    unchanged = Comment.objects.filter(pk=comment.pk, state=old)
    if old == to_state or unchanged.update(state=to_state) != 1:
        if (same := _pressed_before(comment, old, to_state, staff)) is not None:
            return same
        raise DecidedAlready(_refusal(comment))
    comment.state = to_state
    decision = Decision.objects.create(
        comment=comment,
        staff=staff,
        from_state=old,
        to_state=to_state,
        reason=reason,
        score=comment.spam_score,
    )
    freshness.bump()
    if to_state == State.APPROVED:
        run_after = timezone.now() + TELL_AFTER
        tell_commenter.using(run_after=run_after).enqueue(decision_id=decision.pk)
    return decision


def undo(*, decision: Decision, staff: User) -> Decision:
    """Return a comment to where it stood before its latest decision, as a decision of its own.

    Pressed twice it is undone once. Raises DecidedAlready if `decision` is no longer the latest.
    """
    latest = decision.comment.decisions.first()
    same = _pressed_before(decision.comment, decision.to_state, decision.from_state, staff)
    if same is not None and list(decision.comment.decisions.all()[:2]) == [same, decision]:
        return same
    if latest != decision:
        raise DecidedAlready(_refusal(decision.comment))
    return decide(
        comment=decision.comment, seen_state=decision.to_state, to_state=decision.from_state,
        staff=staff, reason=_("undone"),
    )  # fmt: skip


def _pressed_before(comment: Comment, old: str, new: str, staff: User | None) -> Decision | None:
    """Return the decision that stands if it is this very one: by the same person, from and to the same."""
    latest = comment.decisions.first()
    is_same = latest is not None and (latest.from_state, latest.to_state, latest.staff) == (old, new, staff)
    return latest if is_same else None


def _refusal(comment: Comment) -> str:
    """Say who was faster, or that nothing was to be done."""
    latest = comment.decisions.select_related("staff").first()
    now = Comment.objects.filter(pk=comment.pk).values_list("state", flat=True).first()
    words = {"name": comment.name, "state": State(now).label if now else _("deleted")}
    if latest is None or latest.staff is None:
        return _("The comment by %(name)s was left alone: it is “%(state)s” already.") % words
    words["staff"] = latest.staff.get_username()
    return _("The comment by %(name)s was left alone: %(staff)s has made it “%(state)s”.") % words


@jobs.job(priority=jobs.MAIL)
def tell_commenter(decision_id: int) -> None:
    """Mail the commenter that the comment is public, if this decision still stands; once in all."""
    decision = Decision.objects.select_related("comment").filter(pk=decision_id).first()
    if decision is None or decision.comment.decisions.first() != decision:
        return
    comment = decision.comment
    target = comment.target
    if target is None:
        return
    cause = f"comment {comment.pk} published"
    if not mail.may_write(comment.email, rate=settings.LIMIT_MAILS_UNPAID, cause=cause):
        return
    policy = targets.policy_for(target)
    mail.enqueue(
        message="comment_published",
        to=[comment.email],
        context={
            "title": policy.title(target),
            "url": f"{settings.SITE_URL}{policy.url(target)}#{comment.anchor}",
        },
        reference=cause,
    )
