"""The order desk's panels on the admin's first page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import links
from foundation.admin_panels import Panel
from shop.backoffice import queues
from shop.orders.models import Order
from shop.payments import disputes, review
from shop.payments.models import Dispute, Payment
from shop.withdrawals import wording


def orders_to_ship(request: HttpRequest) -> Panel | None:
    """Return how many orders wait for their parcel. One query."""
    if not request.user.has_perm("shop.view_order"):
        return None
    count = queues.to_ship(Order.objects.all()).count()
    address = links.address(reverse("admin:shop_order_changelist"), {"queue": "to_ship"})
    return Panel(label=ngettext("order to ship", "orders to ship", count), count=count, url=address)


def withdrawals_to_refund(request: HttpRequest) -> Panel | None:
    """Return how many withdrawals wait for their refund, and until when the first may wait. One query."""
    if not request.user.has_perm("shop.view_order"):
        return None
    waiting = list(
        queues.withdrawals_to_refund().order_by("received_at").values_list("received_at", flat=True)
    )
    label = ngettext("withdrawal to refund", "withdrawals to refund", len(waiting))
    if waiting:
        day = date_format(wording.refund_by(waiting[0]), "j F")
        label = _("%(withdrawals)s, the first by %(day)s") % {"withdrawals": label, "day": day}
    address = f"{reverse('admin:shop_order_changelist')}?queue=withdrawn"
    return Panel(label=label, count=len(waiting), url=address)


def payments_to_review(request: HttpRequest) -> Panel | None:
    """Return how many payments a person has to look at. One query."""
    if not request.user.has_perm("shop.view_payment"):
        return None
    count = review.to_review(Payment.objects.all()).count()
    address = links.address(reverse("admin:shop_payment_changelist"), {"queue": "to_review"})
    return Panel(label=ngettext("payment to review", "payments to review", count), count=count, url=address)


def disputes_to_answer(request: HttpRequest) -> Panel | None:
    """Return how many disputes wait for an answer, and until when the first of them does. One query."""
    if not request.user.has_perm("shop.view_dispute"):
        return None
    waiting = list(disputes.to_answer(Dispute.objects.all()))
    label = ngettext("dispute to answer", "disputes to answer", len(waiting))
    if waiting and waiting[0].due_by:
        day = date_format(timezone.localtime(waiting[0].due_by), "j F")
        label = _("%(disputes)s, the first by %(day)s") % {"disputes": label, "day": day}
    address = links.address(reverse("admin:shop_dispute_changelist"), {"queue": "to_answer", "o": 4})
    return Panel(label=label, count=len(waiting), url=address)
