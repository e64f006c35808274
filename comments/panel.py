"""The panel under a page that can be commented on: what was said, and the form to say more.

A page without the visitor's own comments is the same for everybody; `comments.own` says whose is not.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from comments import own, targets, tokens
from comments.forms import CommentForm
from comments.models import Comment, State

SENT_BEFORE = "sent=before"  # the query with which a browser comes back that said the same again
SENT_BEFORE_ID = "sent-before"


@dataclass(frozen=True, slots=True)
class CommentCard:
    """One comment as the page shows it: no address, nothing of the machine it came from."""

    anchor: str
    name: str
    date: str
    machine_date: str
    body: SafeString


def for_target(request: HttpRequest, target: models.Model) -> dict[str, Any]:
    """Return what templates/comments/panel.html needs. One query, two if the visitor has commented."""
    comments = [_card(row) for row in _rows(Comment.objects.for_target(target).approved())]
    ids = own.ids(request)
    is_open = targets.policy_for(target).accepts(target)
    return {
        "comments": comments,
        "count": len(comments),
        "waiting": _waiting(ids, target),
        "is_sent_before": bool(ids) and request.GET.get("sent") == "before",
        "form": CommentForm(initial={"target": tokens.issue(target)}) if is_open else None,
        "target": target,
        "is_open": is_open,
    }


def _waiting(ids: list[int], target: models.Model) -> list[CommentCard]:
    """Return the visitor's own comments that are not public; spam looks as if it waited."""
    if not ids:
        return []
    mine = Comment.objects.for_target(target).filter(pk__in=ids, state__in=[State.PENDING, State.SPAM])
    return [_card(row) for row in _rows(mine)]


def _rows(comments: "models.QuerySet[Comment]") -> Any:
    return comments.order_by("posted_at", "id").values("id", "name", "body_html", "posted_at")


def _card(row: dict[str, Any]) -> CommentCard:
    posted_at = localtime(row["posted_at"])
    return CommentCard(
        anchor=f"comment-{row['id']}",
        name=row["name"],
        date=date_format(posted_at, "j F Y"),
        machine_date=posted_at.isoformat(timespec="seconds"),
        body=mark_safe(row["body_html"]),  # noqa: S308  made by comments.rendering
    )
