"""Payments and disputes in plain words, for the staff."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.money import Money, UnknownCurrency
from shop.payments.models import Dispute, Payment

# Source: https://docs.stripe.com/api/disputes/object, "reason" and "status".
REASONS = {
    "bank_cannot_process": gettext_lazy("The bank could not process the payment."),
    "check_returned": gettext_lazy("A check was returned."),
    "credit_not_processed": gettext_lazy("The buyer says that a promised refund never came."),
    "customer_initiated": gettext_lazy("The buyer asked the bank to take the debit back."),
    "debit_not_authorized": gettext_lazy("The buyer says that the debit was never agreed to."),
    "duplicate": gettext_lazy("The buyer says that the same purchase was charged twice."),
    "fraudulent": gettext_lazy("The card's owner says that somebody else used the card."),
    "general": gettext_lazy("The bank gave no closer reason."),
    "incorrect_account_details": gettext_lazy("The account details were wrong."),
    "insufficient_funds": gettext_lazy("There was not enough money in the account."),
    "noncompliant": gettext_lazy("The card network says that its rules were broken."),
    "product_not_received": gettext_lazy("The buyer says that nothing arrived."),
    "product_unacceptable": gettext_lazy("The buyer says that the goods are not as described, or damaged."),
    "subscription_canceled": gettext_lazy("The buyer says that a subscription was ended before."),
    "unrecognized": gettext_lazy("The card's owner does not recognise the payment."),
}
STATUSES = {
    "warning_needs_response": gettext_lazy("Inquiry, waits for your answer"),
    "warning_under_review": gettext_lazy("Inquiry, the bank is looking at it"),
    "warning_closed": gettext_lazy("Inquiry closed, no money was taken"),
    "needs_response": gettext_lazy("Waits for your answer"),
    "under_review": gettext_lazy("The bank is looking at it"),
    "appeal_needs_response": gettext_lazy("Lost, an appeal waits for your answer"),
    "appeal_under_review": gettext_lazy("Lost, the bank is looking at the appeal"),
    "prevented": gettext_lazy("Prevented"),
    "won": gettext_lazy("Won, the money came back"),
    "lost": gettext_lazy("Lost, the money is gone"),
}


def dispute_reason(dispute: Dispute) -> str:
    """Return why the bank disputes, as a sentence; Stripe's own word for what is not known here."""
    return str(REASONS.get(dispute.reason) or dispute.reason.replace("_", " ").capitalize())


def dispute_status(dispute: Dispute) -> str:
    """Return how far a dispute is; Stripe's own word for what is not known here."""
    return str(STATUSES.get(dispute.status) or dispute.status.replace("_", " ").capitalize())


def time_left(due_by: datetime, *, now: datetime) -> str:
    """Return how long an answer can still be given, in days."""
    left = due_by - now
    if left < timedelta(0):
        return _("the time to answer is over")
    if left < timedelta(days=1):
        return _("less than a day left")
    return ngettext("%(count)d day left", "%(count)d days left", left.days) % {"count": left.days}


def amount(amount_minor: int, currency: str) -> str:
    """Return an amount for people; as plain number and code in a currency the shop does not sell in."""
    try:
        return Money(amount_minor, currency).display()
    except UnknownCurrency:
        return f"{amount_minor} {currency}"


def received(payment: Payment) -> str:
    """Return what Stripe says was paid; empty for nothing yet."""
    if payment.received_minor is None:
        return ""
    return amount(payment.received_minor, payment.received_currency or payment.currency)


def alert(payment: Payment) -> str:
    """Return what the staff is told about a payment in review, or one whose money goes back."""
    if payment.status == Payment.Status.REVIEW:
        return _("Stripe's payment does not match: %(facts)s") % {"facts": payment.reason}
    return _("%(why)s The money goes back.") % {"why": payment.reason}


def failure(payment: Payment) -> str:
    """Return why a payment came to nothing, for its buyer; empty for what Stripe tells developers."""
    return "" if payment.status == Payment.Status.ABANDONED else payment.reason
