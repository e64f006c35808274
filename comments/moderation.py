"""Decisions about comments: each is a row, can be undone, and is refused if somebody was faster.

Errors: DecidedAlready (a ValidationError).
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments import targets
from comments.models import Comment, Decision, State
from foundation import freshness, mail


class DecidedAlready(ValidationError):
    """The comment is no longer in the state that the moderator saw."""


@transaction.atomic
def decide(
    *, comment: Comment, to_state: str, staff: User | None, reason: str = "",
    seen_state: str | None = None,
) -> Decision:  # fmt: skip
    """Move a comment from the state that was seen (its own, unless given) to `to_state`.

    `staff` is None for a rule. The commenter hears of the first approval. Raises DecidedAlready if
    another moderator decided since, or if there is nothing to change. One guarded update.
    """
    old = seen_state or comment.state
    unchanged = Comment.objects.filter(pk=comment.pk, state=old)
    if old == to_state or unchanged.update(state=to_state) != 1:
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
        _tell_commenter(comment)
    return decision


def undo(*, decision: Decision, staff: User) -> Decision:
    """Return a comment to where it stood before its latest decision, as a decision of its own.

    Raises DecidedAlready if `decision` is no longer the latest.
    """
    if decision.comment.decisions.first() != decision:
        raise DecidedAlready(_refusal(decision.comment))
    return decide(
        comment=decision.comment, seen_state=decision.to_state, to_state=decision.from_state,
        staff=staff, reason=_("undone"),
    )  # fmt: skip


def _refusal(comment: Comment) -> str:
    """Say who was faster, or that nothing was to be done."""
    latest = comment.decisions.select_related("staff").first()
    now = Comment.objects.filter(pk=comment.pk).values_list("state", flat=True).first()
    words = {"name": comment.name, "state": State(now).label if now else _("deleted")}
    if latest is None or latest.staff is None:
        return _("The comment by %(name)s was left alone: it is “%(state)s” already.") % words
    words["staff"] = latest.staff.get_username()
    return _("The comment by %(name)s was left alone: %(staff)s has made it “%(state)s”.") % words


def _tell_commenter(comment: Comment) -> None:
    """Mail the commenter that the comment is public; once, however often it is approved."""
    target = comment.target
    if target is None:
        return
    policy = targets.policy_for(target)
    mail.enqueue(
        message="comment_published",
        to=[comment.email],
        context={
            "title": policy.title(target),
            "url": f"{settings.SITE_URL}{policy.url(target)}#{comment.anchor}",
        },
        reference=f"comment {comment.pk} published",
    )
