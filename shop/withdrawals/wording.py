"""What buyers read about their right of withdrawal: until when, why not, and what happens next."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_time
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.withdrawals.rights import Right, Standing

SEND_BACK_DAYS = 14  # article 14 (1): from the statement
REFUND_DAYS = 14  # article 13 (1): from the statement

_WHY_NOT = {
    Standing.COMPANY: gettext_lazy("A company made this order: the right of withdrawal is for consumers."),
    Standing.UNPAID: gettext_lazy("This order is not paid yet: you can cancel it instead."),
    Standing.CANCELLED: gettext_lazy("This order is cancelled, so there is nothing left to withdraw from."),
    Standing.NOTHING_LEFT: gettext_lazy("Nothing of this order is left that you could withdraw from."),
    Standing.EXCLUDED: gettext_lazy("There is no right of withdrawal for what you ordered: see below why."),
}


def why_not(right: Right) -> str:
    """Return why nobody can withdraw from an order now; empty when somebody can."""
    if right.ended_on:
        return _("The period to withdraw from this order ended on %(day)s.") % {"day": day(right.ended_on)}
    return str(_WHY_NOT.get(right.standing, ""))


def until(right: Right) -> str:
    """Return until when the buyer can withdraw, in a sentence or two; empty when that is over."""
    if not right.is_open:
        return ""
    sentences = []
    goods = {line.pk for line in right.order.lines.all() if not line.is_gift_card}
    if goods & right.units.keys():
        sentences.append(_of_goods(right))
    if right.cards_last_day and right.units.keys() - goods:
        text = _("You can withdraw from gift cards that nobody has used until %(day)s.")
        sentences.append(text % {"day": day(right.cards_last_day)})
    return " ".join(sentences)


def _of_goods(right: Right) -> str:
    if right.goods_last_day:
        return _("You can withdraw from this contract until %(day)s.") % {"day": day(right.goods_last_day)}
    days = max(right.order.withdrawal_days, settings.WITHDRAWAL_DAYS)
    text = _("You can withdraw from this contract until %(days)d days after the last parcel reached you.")
    if right.order.is_pickup:
        text = _("You can withdraw from this contract until %(days)d days after you picked everything up.")
    return text % {"days": days}


def day(when: date) -> str:
    """Return such as "14 December 2026"."""
    return date_format(when, "j F Y")


def moment(at: datetime) -> str:
    """Return such as "30 November 2026, 10:15 CET"."""
    return format_time(timezone.localtime(at), "j F Y, H:i e")


def send_back_by(received_at: datetime) -> date:
    """Return the last day to send goods back, for a statement that was received then."""
    return timezone.localdate(received_at) + timedelta(days=SEND_BACK_DAYS)


def refund_by(received_at: datetime) -> date:
    """Return the last day to pay back, for a statement that was received then."""
    return timezone.localdate(received_at) + timedelta(days=REFUND_DAYS)
