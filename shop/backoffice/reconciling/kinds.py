"""What mends each kind of difference: what needs no decision, and the buttons of what does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from shop.backoffice.reconciling import corrections as do
from shop.backoffice.reconciling.findings import Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Verb:
    """A button: `name` is its part of the address, `question` is asked before it is done.

    `is_local` is done at once; what talks to Stripe is a job.
    """

    name: str
    label: "StrPromise"
    work: Callable[[str, Any], None]
    question: "StrPromise | str" = ""
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Mending:
    """The buttons of a kind; the first of a safe one needs no decision, so the worker presses it."""

    is_safe: bool
    verbs: tuple[Verb, ...]

    def verb(self, name: str) -> Verb | None:
        """Return the button of this name."""
        return next((verb for verb in self.verbs if verb.name == name), None)


def _safe(*verbs: Verb) -> Mending:
    return Mending(is_safe=True, verbs=verbs)


def _decision(*verbs: Verb) -> Mending:
    return Mending(is_safe=False, verbs=verbs)


_NO_MONEY = _("Cancel the order: no money came")
_ASK_NO_MONEY = _("The order is cancelled, its goods go back on the shelf, and the buyer gets a mail.")
_SEND_BACK = _("Send the money back")
_ASK_SEND_BACK = _("The money goes back to the buyer, the way it came. This cannot be taken back.")

MENDINGS: Mapping[Kind, Mending] = {
    Kind.PAID_AT_STRIPE: _safe(Verb("take", _("Take the money over"), do.take_session)),
    Kind.UNKNOWN_SESSION: _decision(Verb("send-back", _SEND_BACK, do.send_back_session, _ASK_SEND_BACK)),
    Kind.NOT_PAID: _decision(Verb("call-off", _NO_MONEY, do.call_off_session, _ASK_NO_MONEY)),
    Kind.AMOUNT: _decision(Verb("take", _("Take over Stripe's amount"), do.take_session)),
    Kind.UNKNOWN_REFUND: _safe(Verb("take", _("Take the refund over"), do.import_refund)),
    Kind.REFUND_STATE: _safe(Verb("take", _("Take over Stripe's answer"), do.book_refund)),
    Kind.REFUND_AMOUNT: _decision(Verb("take", _("Take over Stripe's amount"), do.take_refund_amount)),
    Kind.REFUND_MISSING: _decision(Verb("fail", _("Count it as failed"), do.fail_refund)),
    Kind.REFUND_NOT_SENT: _safe(Verb("send", _("Send it now"), do.send_refund)),
    Kind.DISPUTE: _safe(Verb("take", _("Take the dispute over"), do.take_dispute)),
    Kind.REFUNDED_SUM: _safe(Verb("take", _("Take the sum"), do.take_sum, is_local=True)),
    Kind.CARD_RETURNED_SUM: _safe(Verb("take", _("Take the sum"), do.take_card_sum, is_local=True)),
    Kind.PAID_WITHOUT_PAYMENT: _decision(
        Verb("find", _("Find its payment at Stripe"), do.find_payment),
        Verb("call-off", _NO_MONEY, do.call_off_order, _ASK_NO_MONEY),
    ),
    Kind.PAYMENT_WITHOUT_ORDER: _decision(
        Verb("sell", _("Mark the order paid"), do.mark_paid, is_local=True),
        Verb("send-back", _SEND_BACK, do.send_back_payment, _ASK_SEND_BACK, is_local=True),
    ),
    Kind.REVIEW: _decision(
        Verb("accept", _("Accept the payment"), do.accept, _("The order counts as paid."), is_local=True),
        Verb("send-back", _SEND_BACK, do.send_back_review, _ASK_SEND_BACK, is_local=True),
    ),
    Kind.REFUND_DUE: _decision(
        Verb("send-back", _("Refund again"), do.send_back_payment, _ASK_SEND_BACK, is_local=True)
    ),
    Kind.LONG_OPEN: _safe(Verb("close", _("Ask Stripe and end it"), do.close_payment)),
    Kind.WAITING_EVENT: _safe(Verb("process", _("Work on it again"), do.process_event)),
    Kind.ON_HAND: _decision(Verb("book", _("Book the difference"), do.book_on_hand, is_local=True)),
    Kind.RESERVED: _safe(Verb("reserve", _("Reserve what orders hold"), do.mend_reserved, is_local=True)),
    Kind.CARD_BALANCE: _decision(Verb("book", _("Book the difference"), do.book_balance, is_local=True)),
}
