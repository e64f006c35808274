"""A mail of an order once more, to the address that the order has now. Error: NotResent, for the staff."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation import limits, mail
from foundation.models import OutboxMail
from shop.backoffice import mail_previews
from shop.orders import lifecycle
from shop.orders.models import Order

RATE = (10, 3600)  # mails sent again of one order, in seconds
ANEW = {"order_received", "order_paid"}  # they follow from the order alone, so they say what it says now


class NotResent(Exception):
    """The mail was not sent again; str() says why."""


def to_buyer(order: Order) -> QuerySet[OutboxMail]:
    """Return the mails of an order that its buyer had, the oldest first; not those that held a code."""
    own = OutboxMail.objects.filter(reference__startswith=f"{order.reference} ", is_secret=False)
    return own.exclude(Q(message__startswith="staff_") | Q(text="")).order_by("pk")


def resend(*, order: Order, mail_id: int, mails_so_far: int, staff: Any) -> OutboxMail:
    """Send a mail once more and note it in the history; a second press does nothing. Raises NotResent."""
    if not limits.take(bucket="mail again", key=str(order.pk), rate=RATE).is_allowed:
        raise NotResent(_("So many mails of this order were sent again that this one has to wait an hour."))
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        mails = to_buyer(locked)
        if mails.count() != mails_so_far:
            raise NotResent(_("Meanwhile another mail of this order was written. Please look again."))
        found = mails.get(pk=mail_id)
        again = mail.enqueue_again(found, to=locked.email, parts=_said_anew(locked, found))
        words = {"subject": found.subject, "email": locked.email}
        lifecycle.record(locked, _("Sent again to %(email)s: %(subject)s") % words, staff=staff)
        return again


def _said_anew(order: Order, found: OutboxMail) -> dict[str, str]:
    if found.message in ANEW:
        try:
            return mail_previews.preview(found.message, order)
        except mail_previews.DoesNotFit:
            pass
    return {"subject": found.subject, "text": found.text, "html": found.html}
