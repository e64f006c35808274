"""Tables of the comments: what was said, and every decision about it."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import rendering, spam
from comments.lookalikes import KnownName

__all__ = ["BODY_LIMIT", "Comment", "Decision", "State"]

BODY_LIMIT = 20_000  # characters the table takes; settings.COMMENT_MAX_LENGTH is what the form takes
SUSPICIOUS_SCORE = spam.SUSPICIOUS


class State(models.TextChoices):
    """Where a comment stands; only `approved` is public."""

    PENDING = "pending", _("Waiting")
    APPROVED = "approved", _("Approved")
    SPAM = "spam", _("Spam")
    REJECTED = "rejected", _("Rejected")


class CommentQuerySet(models.QuerySet["Comment"]):
    """Named reads; they chain."""

    def approved(self) -> Self:
        """Keep what everybody may see."""
        return self.filter(state=State.APPROVED)

    def pending(self) -> Self:
        """Keep what waits for a moderator."""
        return self.filter(state=State.PENDING)

    def for_target(self, target: models.Model) -> Self:
        """Keep what was said about `target`."""
        content_type = ContentType.objects.get_for_model(target)
        return self.filter(content_type=content_type, object_id=target.pk)

    def in_order_of_talk(self) -> Self:
        """Oldest first, as a conversation reads."""
        return self.order_by("posted_at", "id")


class Comment(models.Model):
    """What one person said about one target. It starts pending; `moderation.decide` changes that.

    `body_html` is made of `body` at every save, so that a page with comments renders nothing.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    target = GenericForeignKey("content_type", "object_id")
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), help_text=_("Never shown on the page."))
    body = models.TextField(_("comment"), validators=[MaxLengthValidator(BODY_LIMIT)])
    body_html = models.TextField(editable=False)
    body_digest = models.CharField(max_length=64, editable=False, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    posted_at = models.DateTimeField(_("posted"), default=timezone.now)
    ip_hash = models.CharField(max_length=64, blank=True, editable=False)
    sending = models.CharField(max_length=64, blank=True, editable=False)  # see posting.Draft
    spam_score = models.PositiveSmallIntegerField(_("spam score"), default=0, editable=False)
    spam_hints = models.JSONField(_("spam hints"), default=list, blank=True, editable=False)

    looks_like: KnownName | None = None  # the desk notes here whom the name could be taken for

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-posted_at", "-id"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "state", "posted_at"], name="comment_on_page"),
            models.Index(fields=["state", "-posted_at"], name="comment_queue"),
            models.Index(fields=["posted_at"], name="comment_with_ip", condition=~Q(ip_hash="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="comment_state_known"),
            models.CheckConstraint(condition=GreaterThan(Length("name"), 0), name="comment_has_name"),
            models.CheckConstraint(condition=GreaterThan(Length("body"), 0), name="comment_has_body"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), BODY_LIMIT), name="comment_body_limit"
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "email", "body_digest", "sending"],
                name="comment_sent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:40]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the comment with its rendered text and its digest."""
        self.body_html = rendering.to_html(self.body)
        self.body_digest = digest(self.body)
        super().save(*args, **kwargs)

    @property
    def anchor(self) -> str:
        """The fragment that leads to it on its page."""
        return f"comment-{self.pk}"

    @property
    def is_suspicious(self) -> bool:
        """Whether the spam score says: look twice. It orders the queue and decides nothing."""
        return self.spam_score >= SUSPICIOUS_SCORE


class Decision(models.Model):
    """One step from a state to another: who, when, why. Append-only.

    `staff` is None where a rule decided (a robot in the honeypot).
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions", verbose_name=_("comment"))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("staff")
    )
    from_state = models.CharField(_("from"), max_length=10, choices=State.choices)
    to_state = models.CharField(_("to"), max_length=10, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    score = models.PositiveSmallIntegerField(_("spam score"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_state__in=State.values, to_state__in=State.values)
                & ~Q(from_state=models.F("to_state")),
                name="decision_changes_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new decision. Raises ValidationError for one that is stored already."""
        if not self._state.adding:
            raise ValidationError(_("A decision is never changed: decide again."))
        super().save(*args, **kwargs)


def digest(body: str) -> str:
    """Return what makes two texts the same: case and white space do not count."""
    return hashlib.sha256(" ".join(body.lower().split()).encode()).hexdigest()
