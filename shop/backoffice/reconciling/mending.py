"""Mend differences: press a button, let the worker do what needs no decision, or call it settled.

Error: corrections.NotMended, for the staff to read.
"""

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import jobs
from foundation.composed_text import fit
from shop.backoffice.models import NOTE_BEGINS, Difference
from shop.backoffice.reconciling import comparing
from shop.backoffice.reconciling.corrections import NotMended
from shop.backoffice.reconciling.findings import Kind
from shop.backoffice.reconciling.kinds import MENDINGS, Verb
from shop.backoffice.reconciling.listing import Listing
from shop.orders.lifecycle import IllegalTransition
from shop.payments.matching import UnknownObject
from shop.payments.refund_imports import TooMuch
from shop.payments.refunds import RefundRefused
from shop.payments.review import ReviewRefused
from shop.payments.stripe_api import StripeError
from shop.stock.reservations import NotEnoughStock

logger = logging.getLogger(__name__)
EXPECTED = (
    NotMended, IllegalTransition, RefundRefused, ReviewRefused, UnknownObject, TooMuch, StripeError,
    NotEnoughStock, IntegrityError,
)  # fmt: skip


def press(*, difference_id: int, verb: str, staff: Any) -> Difference:
    """Have a difference mended by one of its buttons: at once, or by the worker if Stripe has to be asked.

    Raises NotMended when it is gone, or when somebody else pressed before.
    """
    with transaction.atomic():
        difference = _lock_open(difference_id)
        chosen = MENDINGS[Kind(difference.kind)].verb(verb)
        if chosen is None:
            raise NotMended(_("This difference has no such button."))
        difference.mended_by, difference.mending_error = staff, ""
        difference.save(update_fields=["mended_by", "mending_error"])
        if not chosen.is_local:
            mend.enqueue(difference_id=difference.pk, verb=verb)
    if chosen.is_local:
        mend.call(difference_id=difference.pk, verb=verb)
    difference.refresh_from_db()
    return difference


def settle(*, difference_id: int, note: str, staff: Any) -> None:
    """Call a difference settled: it is not shown again as long as it stays the same. Raises NotMended."""
    with transaction.atomic():
        difference = _lock_open(difference_id)
        difference.text = f"{difference.text}{NOTE_BEGINS}{note}"
        difference.gone_at, difference.mended_by = timezone.now(), staff
        difference.save(update_fields=["text", "gone_at", "mended_by"])


def _lock_open(difference_id: int) -> Difference:
    difference = Difference.objects.select_for_update().filter(pk=difference_id).first()
    if difference is None or difference.gone_at is not None:
        raise NotMended(_("This difference is gone already."))
    if difference.is_being_mended:
        raise NotMended(_("This difference is being mended already."))
    return difference


@jobs.job(priority=jobs.PAYMENT, attempts=3)
def mend(*, difference_id: int, verb: str) -> None:
    """Mend a difference if it is still there, and look again; what stood in the way is kept with it."""
    difference = Difference.objects.select_related("mended_by").get(pk=difference_id)
    chosen = MENDINGS[Kind(difference.kind)].verb(verb)
    if difference.gone_at is not None or chosen is None:
        return
    try:
        problem = _do(difference, chosen)
    except EXPECTED as error:
        problem = _explained(error)
    except Exception:
        _keep_problem(difference, _("It failed; the list of background jobs says why."))
        raise
    _keep_problem(difference, problem)


def _do(difference: Difference, verb: Verb) -> str:
    """Mend what is still there; return what is wrong afterwards, or an empty text."""
    if not _look_again(difference):
        return ""
    verb.work(difference.key, difference.mended_by)
    return _("That was done, but the difference is still there.") if _look_again(difference) else ""


def _look_again(difference: Difference) -> bool:
    """Judge the difference anew and write down what is found; return whether it is still there."""
    book = comparing.book_of(difference.kind)
    findings = list(book.judge(difference.key, Listing(since=timezone.now())))
    comparing.keep(book, difference.key, findings)
    return difference.kind in {finding.kind for finding in findings}


def _explained(error: Exception) -> str:
    if isinstance(error, StripeError):
        return _("Stripe: %(why)s") % {"why": error}
    if isinstance(error, NotEnoughStock):
        return _("Too few units are on hand: count the shelf first.")
    if isinstance(error, IntegrityError):
        return _("The books refuse it: %(why)s") % {"why": error}
    return str(error)


def _keep_problem(difference: Difference, problem: str) -> None:
    Difference.objects.filter(pk=difference.pk, gone_at=None).update(mending_error=fit(problem, 300))


def mend_what_is_safe() -> None:
    """Mend every difference that needs no decision, one after the other. Never inside a transaction."""
    for difference in Difference.objects.still_open():
        mending = MENDINGS[Kind(difference.kind)]
        if not mending.is_safe or difference.is_being_mended:
            continue
        try:
            mend.call(difference_id=difference.pk, verb=mending.verbs[0].name)
        except Exception:
            logger.exception("difference %s could not be mended", difference.pk)
