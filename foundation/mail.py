"""Mail: rendered and stored in the transaction that causes it, sent by a job, never twice.

A secret mail, such as one with the code of a gift card, is forgotten by the UPDATE that says it was sent:
until then it can be sent again, after that nobody can read it here.

Templates: templates/emails/<message>/{subject.txt,body.txt,body.html}; every one of them gets
`identity` and `site_url` besides the context. Text templates are not HTML-escaped.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import Q
from django.template import Context, loader
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from foundation import jobs, limits
from foundation.composed_text import fit
from foundation.identity import SiteIdentity

logger = logging.getLogger(__name__)
AGAIN = " again "  # in the reference of a mail that was sent once more
FORGOTTEN = "forgotten "  # how a recipient begins that is not known any more; the mail's number follows
SENDING_LEASE = dt.timedelta(seconds=60)


class MailNotSent(Exception):
    """The mail could not be handed over now; the job tries again."""


class OutboxMail(models.Model):
    """A mail as it goes to one recipient; unique by message, reference and recipient."""

    message = models.CharField(_("message"), max_length=60)
    reference = models.CharField(_("reference"), max_length=320)
    recipient = models.CharField(_("recipient"), max_length=254)
    reply_to = models.CharField(_("reply to"), max_length=254, blank=True)
    headers = models.JSONField(default=dict)
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    is_secret = models.BooleanField(_("secret"), default=False, editable=False)
    message_id = models.CharField(max_length=300, unique=True)  # a host name has up to 253 letters
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sending_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "reference", "recipient"], name="one_mail_per_cause_and_recipient"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    def as_email(self) -> EmailMultiAlternatives:
        """Return the mail as Django sends it, always with the same Message-ID."""
        headers = {"Message-ID": self.message_id, "Auto-Submitted": "auto-generated", **self.headers}
        email = EmailMultiAlternatives(
            subject=self.subject, body=self.text, from_email=_sender(), to=[self.recipient],
            reply_to=[self.reply_to] if self.reply_to else None, headers=headers,
        )  # fmt: skip
        email.attach_alternative(self.html, "text/html")
        return email

    @property
    def afterwards(self) -> dict[str, str]:
        """What is left of text and HTML once it was sent: nothing else, but for a secret one."""
        if not self.is_secret:
            return {}
        text = _("This mail held a code. It was forgotten when the mail was sent.")
        return {"text": f"{text}\n", "html": format_html("<p>{}</p>", text)}


def enqueue(
    *, message: str, to: Iterable[str], context: Mapping[str, Any], reference: str,
    reply_to: str | None = None, headers: Mapping[str, str] | None = None, is_secret: bool = False,
) -> None:  # fmt: skip
    """Render a mail now and have it sent to each address; a second call for the same is a no-op.

    A mail whose recipient was forgotten since counts as sent to everybody. Call it inside the transaction
    that causes the mail: both exist, or neither. `headers` are
    extra ones, such as List-Unsubscribe. The text of a secret mail is forgotten once it was sent; its
    subject stays, so the secret must not be there.
    """
    parts = render(message, context)
    fields = parts | {"reply_to": reply_to or "", "headers": dict(headers or {}), "is_secret": is_secret}
    with transaction.atomic():
        same = OutboxMail.objects.filter(message=message, reference=reference)
        if same.filter(recipient__startswith=FORGOTTEN).exists():
            return
        for recipient in dict.fromkeys(to):
            mail, is_new = OutboxMail.objects.get_or_create(
                message=message, reference=reference, recipient=recipient,
                defaults=fields | {"message_id": _new_message_id()},
            )  # fmt: skip
            if is_new:
                send.enqueue(mail_id=mail.pk)


def enqueue_again(sent: OutboxMail, *, to: str, parts: Mapping[str, str]) -> OutboxMail:
    """Send a mail once more, with `subject`, `text` and `html` of now; a later one is a mail of its own.

    Call it in a transaction that lets nobody else do the same.
    """
    reference = sent.reference.split(AGAIN)[0]
    turn = OutboxMail.objects.filter(reference__startswith=f"{reference}{AGAIN}").count() + 1
    again = OutboxMail.objects.create(
        message=sent.message, reference=f"{reference}{AGAIN}{turn}", recipient=to, reply_to=sent.reply_to,
        headers=sent.headers, message_id=_new_message_id(), **parts,
    )  # fmt: skip
    send.enqueue(mail_id=again.pk)
    return again


def may_write(recipient: str, *, rate: tuple[int, int], cause: str) -> bool:
    """Count a mail to somebody who has not asked for it, and say whether it may be written.

    Limited for each mailbox: case and what stands after a plus are the same one. A refusal is logged with its
    `cause`, which must not name the recipient.
    """
    local, _at, domain = recipient.lower().rpartition("@")
    mailbox = f"{local.partition('+')[0]}@{domain}"
    is_allowed = limits.take(bucket="mail to a stranger", key=mailbox, rate=rate).is_allowed
    if not is_allowed:
        logger.warning("Not mailed, for this recipient had too many mails already: %s", cause)
    return is_allowed


@jobs.job(priority=jobs.MAIL, attempts=24)
def send(mail_id: int) -> None:
    """Hand one mail to the mail server, unless that has been done. Raises what the server says."""
    now = timezone.now()
    unsent = OutboxMail.objects.filter(pk=mail_id, sent_at=None)
    free = unsent.filter(Q(sending_until=None) | Q(sending_until__lt=now))
    if not free.update(sending_until=now + SENDING_LEASE):
        if unsent.exists():
            raise MailNotSent("Another worker is sending this mail right now.")
        return
    mail = unsent.first()  # by its state, too: a worker that was late may have sent it in between
    if mail is None:
        return
    try:
        if not mail.as_email().send():
            raise MailNotSent("The mail server took no mail.")
    except Exception as error:
        unsent.update(sending_until=None, error=f"{type(error).__name__}: {error}")
        raise
    unsent.update(sent_at=timezone.now(), sending_until=None, error="", **mail.afterwards)


def render(message: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return `subject`, `text` and `html` of a mail as it would go out now. Writes and sends nothing."""
    full = {**context, "identity": SiteIdentity.current(), "site_url": settings.SITE_URL}
    folder = f"emails/{message}"
    subject = " ".join(_render_text(f"{folder}/subject.txt", full).split())
    text = _render_text(f"{folder}/body.txt", full).strip() + "\n"
    html = loader.render_to_string(f"{folder}/body.html", full)
    return {"subject": fit(subject, 255), "text": text, "html": html}


def _render_text(name: str, context: dict[str, Any]) -> str:
    template = loader.get_template(name)
    plain: str = template.template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    return plain


def _sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or SiteIdentity.current().name, address))


def _new_message_id() -> str:
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"
