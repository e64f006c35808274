"""What the staff should read first on an order's page."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.accounts import Account
from shop.backoffice.tables import moment
from shop.money import Money
from shop.payments import wording
from shop.payments.disputes import TO_ANSWER, dashboard_url
from shop.payments.models import Dispute, Refund


@dataclass(frozen=True, slots=True)
class DisputeNotice:
    """An open or lost dispute in plain words; deadline and address are empty when no answer is awaited."""

    title: str
    reason: str
    status: str
    deadline: str
    time_left: str
    answer_url: str


def disputes(account: Account) -> list[DisputeNotice]:
    """Return the disputes because of which nothing may be shipped."""
    return [_dispute(dispute) for dispute in account.holding]


def _dispute(dispute: Dispute) -> DisputeNotice:
    amount = wording.amount(dispute.amount_minor, dispute.payment.currency)
    title = _("The bank disputes %(amount)s") if dispute.is_open else _("The bank took %(amount)s back")
    due_by = dispute.due_by if dispute.status in TO_ANSWER else None
    return DisputeNotice(
        title=title % {"amount": amount},
        reason=wording.dispute_reason(dispute),
        status=wording.dispute_status(dispute),
        deadline=moment(due_by),
        time_left=wording.time_left(due_by, now=timezone.now()) if due_by else "",
        answer_url=dashboard_url(dispute) if dispute.status in TO_ANSWER else "",
    )


def texts(account: Account) -> list[str]:
    """Return the sentences above everything else."""
    order, sentences = account.order, []
    if account.is_ending:
        sentences.append(_("The order is being cancelled: its payment is ended at Stripe first."))
    if account.under_way_minor:
        amount = Money(account.under_way_minor, order.currency).display()
        sentences.append(_("Refund is on its way: %(amount)s.") % {"amount": amount})
    if account.refunds and account.refunds[-1].status == Refund.Status.FAILED:
        failure = account.refunds[-1].failure
        sentences.append(_("The last refund failed: %(reason)s") % {"reason": failure})
    if order.is_demo:
        sentences.append(_("A demonstration order: nothing was charged and nothing will be shipped."))
    return sentences
