"""Compare, read what is still open, and press buttons."""

import datetime as dt
from contextlib import contextmanager

import time_machine
from django.utils import timezone

from shop.backoffice.models import Difference
from shop.backoffice.reconciling import comparing, mending
from shop.payments.demo.models import DemoSession
from tests.shop.order_builders import make_order

SOON = dt.timedelta(minutes=3)  # after what just happened has settled


@contextmanager
def later(pause):
    """Let time pass."""
    with time_machine.travel(timezone.now() + pause, tick=False):
        yield


def differences(*, pause=SOON, days=3):
    """Compare a little later; return the sentences that are open then."""
    with later(pause):
        comparison = comparing.compare(since=timezone.now() - dt.timedelta(days=days))
    assert comparison.error == ""
    return [row.sentence for row in Difference.objects.still_open()]


def press(verb, *, staff=None, pause=SOON):
    """Press a button of the one open difference and let the worker do it; return what stood in the way."""
    row = Difference.objects.still_open().get()
    with later(pause):
        mending.press(difference_id=row.pk, verb=verb, staff=staff)
        mending.mend.call(difference_id=row.pk, verb=verb)
    row.refresh_from_db()
    assert (row.gone_at is None) == bool(row.mending_error)
    return row.mending_error


def session_of(payment):
    """Return the rows of a payment's session at the demo's Stripe."""
    return DemoSession.objects.filter(session_id=payment.session_id)


def pay_silently(payment):
    """Let Stripe have the money, and tell nobody."""
    session_of(payment).update(
        status="complete", payment_status="paid", intent_id=f"pi_{payment.pk}", intent_status="succeeded"
    )


def unknown_session(**changes):
    """Have money at Stripe for a payment that this shop does not have, as after restoring a backup."""
    order = make_order()
    session = DemoSession.objects.get()
    session.pk, session.session_id, session.token = None, "cs_lost", "lost"
    session.params = session.params | {"metadata": {"order": "99", "payment": "9999"}}
    session.intent_id = "pi_lost"
    for name, value in changes.items():
        setattr(session, name, value)
    session.save()
    return order
