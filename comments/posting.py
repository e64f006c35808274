"""A reader's comment arrives: it is kept as pending, with the hints that help to judge it.

What somebody else sent before is kept again, whatever address it names: an answer that differed would tell
a stranger whose address stands behind a public comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from comments import moderation, spam
from comments.models import Comment, State, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was sent: clean fields, and what is known of the sending.

    `sending` names the form and the browser it came from: a form that is sent twice has the same.
    """

    target: models.Model
    name: str
    email: str
    body: str
    ip_hash: str = ""
    sending: str = ""
    is_trapped: bool = False
    is_young: bool = False


@transaction.atomic
def post(draft: Draft) -> Comment:
    """Keep the comment as pending, or as spam if a robot filled the trap.

    A form sent twice is one comment, also when both arrive at once: a unique constraint decides.
    """
    found = spam.hints(_submission(draft))
    comment, is_new = Comment.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(draft.target),
        object_id=draft.target.pk,
        email=draft.email,
        body_digest=digest(draft.body),
        sending=draft.sending,
        defaults={
            "name": draft.name,
            "body": draft.body,
            "ip_hash": draft.ip_hash,
            "spam_score": spam.score(found),
            "spam_hints": [hint.as_row() for hint in found],
        },
    )
    if is_new and spam.is_from_robot(found):
        moderation.decide(comment=comment, to_state=State.SPAM, staff=None, reason="honeypot")
    return comment


def sent_before(draft: Draft, *, own_ids: Sequence[int]) -> Comment | None:
    """Return the comment among `own_ids` that says the same, for its author's browser. One query at most."""
    if not own_ids:
        return None
    mine = Comment.objects.for_target(draft.target).filter(pk__in=own_ids)
    return mine.filter(email=draft.email, body_digest=digest(draft.body)).order_by("id").first()


def _submission(draft: Draft) -> spam.Submission:
    return spam.Submission(
        name=draft.name,
        body=draft.body,
        is_trapped=draft.is_trapped,
        is_young=draft.is_young,
        is_repeated=Comment.objects.filter(body_digest=digest(draft.body)).exists(),
    )
