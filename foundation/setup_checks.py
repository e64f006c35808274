"""What a shop still lacks before it can sell: asked by the admin's first page and by `manage.py check_setup`.

    setup_checks.register(check)   # check() returns what is missing; nothing when all is well

Checks stand in the domains whose rows they read; config/wiring.py registers them in the order of reading.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import readiness
from foundation.models import SiteIdentity

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence for the owner; `url` is where the admin mends it, empty for a setting."""

    text: str
    url: str = ""


Check = Callable[[], Iterable[Missing]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Have `check` asked, after those that were registered before; once only."""
    if check not in _checks:
        _checks.append(check)


def missing() -> list[Missing]:
    """Return what is missing, in the order of registration. The queries of all checks."""
    return [found for check in _checks for found in check()]


def some(names: Sequence[str]) -> str:
    """Join names for a sentence, the first three by name: "Austria, France, Malta and 5 more"."""
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    if more <= 0:
        return shown
    rest = ngettext("%(count)d more", "%(count)d more", more) % {"count": more}
    return _("%(names)s and %(rest)s") % {"names": shown, "rest": rest}


def identity_is_complete() -> Iterator[Missing]:
    """Ask for what the law wants on the legal notice, on invoices and in mails. No query when warm."""
    lacking = _lacking(SiteIdentity.current())
    if lacking:
        text = _(
            "The shop details lack: %(fields)s. They stand on the legal notice, in mails and on invoices."
        )
        yield Missing(
            text % {"fields": ", ".join(lacking)}, reverse("admin:foundation_siteidentity_changelist")
        )


def _lacking(identity: SiteIdentity) -> list[str]:
    unnamed = identity.name == SiteIdentity().name and not identity.legal_name
    given = {
        _("shop name"): "" if unnamed else identity.name,
        _("address"): identity.line1,
        _("city"): identity.city,
        _("e-mail"): identity.email,
        _("tax number"): identity.tax_number,
    }
    return [field for field, text in given.items() if not text]


def worker_is_running() -> Iterator[Missing]:
    """Ask whether a worker was heard of lately. One query."""
    if readiness.worker():
        yield Missing(
            _("No worker is running: mails wait, payments are noticed late. Start `manage.py worker`.")
        )
