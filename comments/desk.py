"""What the moderators' desk shows of a comment, and what its buttons send."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import lookalikes, spam, targets
from comments.models import Comment, Decision, State
from foundation import links
from foundation.admin_panels import Panel
from foundation.identity import SiteIdentity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BUTTONS = (
    (State.APPROVED, gettext_lazy("Approve"), "a"),
    (State.SPAM, gettext_lazy("Spam"), "s"),
    (State.REJECTED, gettext_lazy("Reject"), "r"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed button: which comment, what its state looked like, what it shall become."""

    comment_id: int
    seen_state: str
    to_state: State

    @classmethod
    def read(cls, value: str) -> "Choice | None":
        """Return what a button's value means; None for anything that no button of ours sends."""
        match value.split():
            case [pk, seen, wanted] if is_id(pk) and wanted in State.values:
                return cls(int(pk), seen, State(wanted))
        return None

    @staticmethod
    def read_seen(values: list[str]) -> dict[int, str]:
        """Return which states the page had shown, by comment."""
        pairs = [value.split() for value in values]
        return {int(pair[0]): pair[1] for pair in pairs if len(pair) == 2 and is_id(pair[0])}


def is_id(text: str) -> bool:
    """Return whether a text from a form can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def row_context(comment: Comment) -> dict[str, object]:
    """Return what admin/comments/comment/row.html shows. No query if target and decisions are prefetched."""
    posted_at = localtime(comment.posted_at)
    return {
        "comment": comment,
        "date": date_format(posted_at, "DATETIME_FORMAT"),
        "machine_date": posted_at.isoformat(timespec="seconds"),
        "target_title": _title(comment),
        "target_url": _url(comment),
        "change_url": reverse("admin:comments_comment_change", args=[comment.pk]),
        "hints": [spam.explain(row) for row in comment.spam_hints],
        "looks_like": _looks_like(comment),
        "last": _last(list(comment.decisions.all())),
        "buttons": [_button(comment, *button) for button in BUTTONS if button[0] != comment.state],
    }


def _button(comment: Comment, state: State, label: "StrPromise", key: str) -> dict[str, object]:
    value = f"{comment.pk} {comment.state} {state}"
    return {"label": label, "key": key, "state": state.value, "value": value}


def waiting_panel(request: HttpRequest) -> Panel | None:
    """Return the number of waiting comments, for the admin's first page. One query."""
    if not request.user.has_perm("comments.view_comment"):
        return None
    count = Comment.objects.pending().count()
    address = reverse("admin:comments_comment_changelist")
    return Panel(
        label=ngettext("comment to moderate", "comments to moderate", count),
        count=count,
        url=links.address(address, {"state": State.PENDING}),
    )


def mark(comments: Iterable[Comment]) -> None:
    """Note on each comment whom its name could be taken for. One query for each kind of known names."""
    known = lookalikes.known()
    for comment in comments:
        comment.looks_like = lookalikes.found(comment.name, known)


def shop_and_staff() -> Iterator[lookalikes.KnownName]:
    """Give the names of the shop and of everybody who may sign in to the admin. Two queries at most."""
    identity = SiteIdentity.current()
    for name in (identity.name, identity.legal_name):
        yield lookalikes.KnownName(name, gettext_lazy("the shop"), is_rare=True)
    for person in User.objects.filter(is_staff=True, is_active=True).order_by("pk"):
        for name in (person.get_full_name(), person.get_username()):
            yield lookalikes.KnownName(name, gettext_lazy("staff"))


def _looks_like(comment: Comment) -> str:
    known = comment.looks_like
    if known is None:
        return ""
    words = {"name": known.name, "whose": known.whose}
    return _("The name looks like “%(name)s” (%(whose)s). Make sure who wrote this.") % words


def _title(comment: Comment) -> str:
    if comment.target is None:
        return _("(deleted)")
    return targets.policy_for(comment.target).title(comment.target)


def _url(comment: Comment) -> str:
    return targets.policy_for(comment.target).url(comment.target) if comment.target else ""


def _last(decisions: list[Decision]) -> str:
    """Say who made the latest decision and when."""
    if not decisions:
        return ""
    latest = decisions[0]
    who = latest.staff.get_username() if latest.staff else _("a rule")
    words = {"state": latest.get_to_state_display(), "who": who, "date": date_format(localtime(latest.at))}
    text = _("%(state)s by %(who)s, %(date)s") % words
    return f"{text} ({latest.reason})" if latest.reason else text
