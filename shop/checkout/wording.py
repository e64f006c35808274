"""The order page's words: a headline and what happens next, for every stage of an order."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_time
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.checkout.standing import Stage, Standing
from shop.money import Money
from shop.orders.models import Order
from shop.payments import card_testing
from shop.payments.models import Payment

_CANCELLED = gettext_lazy("Your order is cancelled")
_WAITS = gettext_lazy("Your order waits for its payment")

_WORDS: dict[Stage, tuple[Promise, Promise | str]] = {
    Stage.PREPARING: (
        gettext_lazy("We are preparing your payment"),
        gettext_lazy("This takes a moment: press “Pay now”, or reload this page."),
    ),
    Stage.OPEN: (_WAITS, gettext_lazy("Your instruments are set aside for you until %(until)s.")),
    Stage.REFUSED: (
        _WAITS,
        gettext_lazy(
            "The last try was not accepted: %(reason)s You can try again until %(until)s, with the same "
            "card or another one."
        ),
    ),
    Stage.AT_BANK: (
        gettext_lazy("Your bank is working on the payment"),
        gettext_lazy(
            "That can take some days. Your instruments stay set aside, and we write to you when the money "
            "is there. You need not do anything."
        ),
    ),
    Stage.ENDING: (
        gettext_lazy("We are closing this payment"),
        gettext_lazy("%(reason)s Reload this page in a moment to see how to go on."),
    ),
    Stage.CANCELLING: (
        gettext_lazy("We are cancelling your order"),
        gettext_lazy(
            "Its payment is being closed, which takes a moment. Should money have arrived meanwhile, it "
            "goes straight back to you."
        ),
    ),
    Stage.REVIEW: (
        gettext_lazy("We are checking your payment"),
        gettext_lazy(
            "Something about it does not match your order. A person looks at it and writes to you. Please "
            "do not pay again."
        ),
    ),
    Stage.PAID: (
        gettext_lazy("Thank you, your order is paid"),
        gettext_lazy("We pack it by hand and write to you when the parcel leaves."),
    ),
    Stage.PARTLY_SHIPPED: (
        gettext_lazy("A part of your order is on its way"),
        gettext_lazy("The rest follows, and we write to you again. Below you see what is where."),
    ),
    Stage.SHIPPED: (
        gettext_lazy("Your parcel is on its way"),
        gettext_lazy("Thank you for your order. Below you see who carries it."),
    ),
    Stage.WITHDRAWN: (
        gettext_lazy("You have withdrawn from this order"),
        gettext_lazy("We send your money back the way it came. Below you see what is to be done until then."),
    ),
    Stage.REFUNDING: (gettext_lazy("Your money is on its way back"), ""),
    Stage.REFUNDED: (gettext_lazy("This order was refunded"), ""),
    Stage.FAILED: (
        gettext_lazy("Your payment did not come through"),
        gettext_lazy(
            "%(reason)s Nothing was charged, and the instruments went back on the shelf. If you still want "
            "them, you can try again until %(day)s, as long as they are there."
        ),
    ),
    Stage.REPLACED: (
        gettext_lazy("This order was closed"),
        gettext_lazy("You changed your cart and ordered anew. Nothing was charged for this order."),
    ),
    Stage.ORDERED_AGAIN: (
        gettext_lazy("You have ordered again since"),
        gettext_lazy("So this order was closed, and nothing was charged for it."),
    ),
    Stage.OVER: (
        gettext_lazy("This order was cancelled"),
        gettext_lazy("It was never paid, and nothing was charged. You are welcome to order again."),
    ),
    Stage.CALLED_OFF: (_CANCELLED, gettext_lazy("Nothing will be shipped.")),
    Stage.CALLED_OFF_AT_BANK: (
        _CANCELLED,
        gettext_lazy(
            "Nothing will be shipped. Your bank was working on the payment already and cannot be stopped: "
            "if the money comes, it goes straight back to you."
        ),
    ),
    Stage.TOO_LATE: (
        gettext_lazy("Your payment came too late"),
        gettext_lazy("The time to pay was over, and the instruments were sold meanwhile. We are sorry."),
    ),
    Stage.OWED: (
        gettext_lazy("Your money still has to go back"),
        gettext_lazy("Sending it did not work at first. A person looks after it and writes to you."),
    ),
}


_WORDS_OF_PICKUP: dict[Stage, tuple[Promise, Promise | str]] = {
    Stage.PAID: (_WORDS[Stage.PAID][0], gettext_lazy("We write to you when you can pick it up.")),
    Stage.PARTLY_SHIPPED: (
        gettext_lazy("A part of your order is ready"),
        gettext_lazy("You can pick it up now, or wait for the rest: we write to you again."),
    ),
    Stage.SHIPPED: (
        gettext_lazy("Your order is ready"),
        gettext_lazy("You can pick it up now. Thank you for your order."),
    ),
}


_WORDS_OF_EMAIL: dict[Stage, tuple[Promise, Promise | str]] = {
    Stage.SHIPPED: (
        _WORDS[Stage.PAID][0],
        gettext_lazy("Your gift cards are in your mail: the codes went to %(email)s."),
    ),
}


def headline(standing: Standing) -> str:
    """Return the order page's headline."""
    if standing.stage == Stage.PAID and not standing.order.total_minor:
        return _("Thank you for your order")
    return str(_words(standing)[0])


def _words(standing: Standing) -> tuple[Promise, Promise | str]:
    words, order = _WORDS[standing.stage], standing.order
    if order.is_by_email:
        return _WORDS_OF_EMAIL.get(standing.stage, words)
    return _WORDS_OF_PICKUP.get(standing.stage, words) if order.is_pickup else words


def explanation(standing: Standing) -> str:
    """Return what happens next, in a sentence or more. At most one query."""
    text = str(_words(standing)[1])
    facts = {name: fact(standing) for name, fact in _FACTS.items() if f"%({name})s" in text}
    sentences = [text % facts, *_money_back(standing)]
    if standing.stage == Stage.PAID and not standing.order.total_minor:
        sentences.insert(0, _("There is nothing to pay."))
    if standing.stage == Stage.CALLED_OFF and not standing.order.paid_at and len(sentences) == 1:
        sentences.append(_("Nothing was charged."))
    return " ".join(sentences).strip()


def _money_back(standing: Standing) -> list[str]:
    """Return sentences about the money that went back, and about the money on its way."""
    went, goes = _("%(amount)s went back the way it came."), _("%(amount)s goes back the way it came.")
    amounts = [(went, standing.returned_minor), (goes, standing.returning_minor)]
    sentences = [text % {"amount": _show(standing.order, minor)} for text, minor in amounts if minor]
    return [*sentences, _("Banks take up to ten days to show it.")] if sentences else []


def _show(order: Order, amount_minor: int) -> str:
    return Money(amount_minor, order.currency).display()


def _until(standing: Standing) -> str:
    return _clock(standing.payment.hold_until) if standing.payment else ""


def _clock(moment: datetime) -> str:
    return format_time(timezone.localtime(moment), "H:i e")


def _last_day(standing: Standing) -> str:
    cancelled_at = standing.order.cancelled_at or timezone.now()
    return format_time(timezone.localtime(cancelled_at + settings.ORDER_RETRY), "j F Y")


def _reason(standing: Standing) -> str:
    """Return why the payment is not there, as its buyer should read it; ends with a full stop."""
    payment = standing.payment
    if payment is None or payment.status == Payment.Status.ABANDONED:
        return _("Our payment service could not be reached in time.")
    if standing.stage == Stage.ENDING:
        return card_testing.why_ended(payment) or _("The time to pay is over.")
    return payment.reason or _("The time to pay is over.")


def _email(standing: Standing) -> str:
    return standing.order.email


_FACTS = {"until": _until, "day": _last_day, "reason": _reason, "email": _email}


def too_late_to_cancel(standing: Standing) -> str:
    """Return what the buyer reads whose order cannot be cancelled any more."""
    if standing.order.is_by_email:
        return _(
            "The gift cards were sent already, so this order cannot be cancelled here. Please write to us."
        )
    if standing.stage in {Stage.PARTLY_SHIPPED, Stage.SHIPPED}:
        return _("The parcel has left already, so this order cannot be cancelled. You can send things back.")
    return _("This order cannot be cancelled here any more. Please write to us.")


def if_cancelled(standing: Standing, *, going_back_minor: int) -> str:
    """Return what happens when the buyer cancels now."""
    if standing.stage == Stage.AT_BANK:
        return _(
            "Nothing will be shipped. Your bank is working on the payment already and cannot be stopped: "
            "if the money comes, it goes straight back to you."
        )
    if not going_back_minor:
        return _("Nothing will be shipped, and nothing is charged.")
    amount = _show(standing.order, going_back_minor)
    text = _("Nothing will be shipped, and %(amount)s goes back the way it came. Banks take up to ten days.")
    return text % {"amount": amount}
