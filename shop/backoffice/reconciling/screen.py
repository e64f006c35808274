"""What the screen "Stripe and the shop" shows, ready to print."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import heartbeats
from foundation.admin_panels import Panel
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import daily
from shop.backoffice.reconciling.findings import Kind
from shop.backoffice.reconciling.kinds import MENDINGS
from shop.backoffice.reconciling.subjects import Link, subject_of
from shop.backoffice.tables import moment
from shop.orders.models import Order
from shop.payments import webhooks

MOST_ROWS, MOST_GONE = 100, 10
SHOW_GONE = timedelta(days=30)
ORDER_NUMBER = re.compile(r"(#[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Button:
    """A form with one button: `name` is the verb's."""

    name: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One difference with its buttons; `note` says what is being done or stood in the way."""

    sentence: SafeString
    found: str
    subject: Link | None
    note: str
    has_failed: bool
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class State:
    """How things stand: `mood` is good, busy, bad or unknown."""

    mood: str
    title: str
    details: Sequence[str]


def context(*, can_change: bool) -> dict[str, object]:
    """Return what admin/shop/comparison/change_list.html shows. Two queries a difference, and ten."""
    differences = Difference.objects.still_open().select_related("mended_by")
    count = differences.count()
    shown = list(differences[:MOST_ROWS])
    gone = list(_lately_gone())
    orders = _orders([*shown, *gone])
    return {
        "state": state(count),
        "rows": [_row(row, orders, can_change=can_change) for row in shown],
        "more": count - len(shown),
        "gone": [(_linked(row, orders), _gone(row)) for row in gone],
        "can_change": can_change,
        "is_comparing": daily.under_way() is not None,
        "health": health(),
    }


# ---- how things stand ----------------------------------------------------------------------------


def state(count: int) -> State:
    """Return how things stand with `count` open differences. Four queries."""
    last = Comparison.objects.exclude(finished_at=None).first()
    details = _details(last)
    if daily.under_way():
        return State("busy", _("Comparing…"), [_("Reload this page in a moment."), *details])
    if last is None:
        return State("unknown", _("Nothing has been compared yet"), details)
    if last.error:
        return State("bad", _("Stripe could not be asked"), [last.error, *details])
    if count:
        title = ngettext("%(count)d difference", "%(count)d differences", count) % {"count": count}
        return State("bad", title, details)
    return State("good", _("Stripe and the shop agree"), details)


def _details(last: Comparison | None) -> list[str]:
    details = []
    if last is not None:
        looked = {"at": moment(last.finished_at), "since": moment(last.since), "things": _looked_at(last)}
        details.append(_("Last compared on %(at)s: %(things)s since %(since)s.") % looked)
    if not heartbeats.alive_ids():
        details.append(_("No worker is running: without it nothing is compared or mended."))
    return details


def _looked_at(last: Comparison) -> str:
    sessions = ngettext("%(count)d payment page", "%(count)d payment pages", last.sessions)
    refunds = ngettext("%(count)d refund", "%(count)d refunds", last.refunds)
    disputes = ngettext("%(count)d dispute", "%(count)d disputes", last.disputes)
    parts = {
        "sessions": sessions % {"count": last.sessions},
        "refunds": refunds % {"count": last.refunds},
        "disputes": disputes % {"count": last.disputes},
    }
    return _("%(sessions)s, %(refunds)s and %(disputes)s") % parts


# ---- the differences -----------------------------------------------------------------------------


def _row(row: Difference, orders: Mapping[str, str], *, can_change: bool) -> Row:
    note = row.mending_error
    if row.is_being_mended:
        note = _("Being mended for %(who)s; reload this page in a moment.") % {"who": row.mended_by}
    return Row(
        sentence=_linked(row, orders),
        found=_("Found on %(at)s") % {"at": moment(row.found_at)},
        subject=subject_of(row),
        note=note,
        has_failed=bool(row.mending_error),
        buttons=_buttons(row) if can_change and not row.is_being_mended else [],
    )


def _buttons(row: Difference) -> list[Button]:
    mending = MENDINGS[Kind(row.kind)]
    buttons = [
        Button(verb.name, str(verb.label), reverse("admin:shop_comparison_mend", args=[row.pk, verb.name]))
        for verb in mending.verbs
    ]
    if not mending.is_safe or row.mending_error:
        address = reverse("admin:shop_comparison_settle", args=[row.pk])
        buttons.append(Button("settle", _("It is settled"), address))
    return buttons


def _orders(rows: Sequence[Difference]) -> dict[str, str]:
    """Return the addresses of the orders that sentences name, such as `#1042`. One query."""
    numbers = {int(name[1:]) for row in rows for name in ORDER_NUMBER.findall(row.sentence)}
    found = Order.objects.filter(number__in=numbers).values_list("number", "pk")
    return {f"#{number}": reverse("admin:shop_order_change", args=[pk]) for number, pk in found}


def _linked(row: Difference, orders: Mapping[str, str]) -> SafeString:
    """Return the sentence in which each order that is here is a link; of another shop's money, none is."""
    known = {} if row.kind == Kind.UNKNOWN_SESSION else orders
    link = '<a href="{}">{}</a>'
    parts = [format_html(link, known[p], p) if p in known else p for p in ORDER_NUMBER.split(row.sentence)]
    return format_html_join("", "{}", ((part,) for part in parts))


def _lately_gone() -> QuerySet[Difference]:
    gone = Difference.objects.filter(gone_at__gt=timezone.now() - SHOW_GONE)
    return gone.select_related("mended_by").order_by("-gone_at")[:MOST_GONE]


def _gone(row: Difference) -> str:
    words = {"who": row.mended_by, "at": moment(row.gone_at), "note": row.note}
    if row.note:
        return _("Settled by %(who)s on %(at)s: %(note)s") % words
    if row.mended_by:
        return _("Mended by %(who)s on %(at)s") % words
    return _("Gone on %(at)s") % words


# ---- the webhook and the first page --------------------------------------------------------------


def health() -> list[tuple[str, str]]:
    """Return how the webhook does: pairs of what and how. Four queries."""
    found = webhooks.health()
    last = _("never")
    if found.last_success_at:
        last = f"{moment(found.last_success_at)} ({found.last_kind})"
    refused = _("none")
    if found.last_refused_at:
        words = {"at": moment(found.last_refused_at), "why": found.refusal, "count": found.refused_count}
        refused = _("%(at)s: %(why)s (%(count)d in all)") % words
    waiting = _("none")
    if found.oldest_waiting_at:
        words = {"count": found.waiting, "at": moment(found.oldest_waiting_at)}
        waiting = _("%(count)d since %(at)s") % words
    rows = [(_("Last event"), last), (_("Last refused"), refused), (_("Waiting"), waiting)]
    problem = found.last_problem.partition(": ")[2] or found.last_problem  # without the name of its class
    return [*rows, (_("Last problem"), problem)] if problem else rows


def differences_panel(request: HttpRequest) -> Panel | None:
    """Return how many differences are open, for the admin's first page; nothing when none is. One query."""
    if not request.user.has_perm("shop.view_comparison"):
        return None
    count = Difference.objects.still_open().count()
    label = ngettext(
        "difference between Stripe and the shop", "differences between Stripe and the shop", count
    )
    return Panel(label=label, count=count, url=reverse("admin:shop_comparison_changelist")) if count else None
