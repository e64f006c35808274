"""A reader's comment arrives: it is kept as pending, with the hints that help to judge it."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from comments import moderation, spam
from comments.models import Comment, State, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was sent: clean fields, and what is known of the sending."""

    target: models.Model
    name: str
    email: str
    body: str
    ip_hash: str = ""
    is_trapped: bool = False
    is_young: bool = False


@transaction.atomic
def post(draft: Draft) -> Comment:
    """Keep the comment as pending, or as spam if the trap caught it.

    Sent twice it is one comment, also when both arrive at once: a unique constraint decides.
    """
    found = spam.hints(_submission(draft))
    comment, is_new = Comment.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(draft.target),
        object_id=draft.target.pk,
        email=draft.email,
        body_digest=digest(draft.body),
        defaults={
            "name": draft.name,
            "body": draft.body,
            "ip_hash": draft.ip_hash,
            "spam_score": spam.score(found),
            "spam_hints": [hint.as_row() for hint in found],
        },
    )
    if is_new and draft.is_trapped:
        moderation.decide(comment=comment, to_state=State.SPAM, staff=None, reason="honeypot")
    return comment


def _submission(draft: Draft) -> spam.Submission:
    return spam.Submission(
        name=draft.name,
        body=draft.body,
        is_trapped=draft.is_trapped,
        is_young=draft.is_young,
        is_repeated=Comment.objects.filter(body_digest=digest(draft.body)).exists(),
    )
