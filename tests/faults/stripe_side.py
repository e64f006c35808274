"""What buyers and banks do at the fake Stripe. The shop hears of it only when it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from shop.payments.demo import doings, events
from shop.payments.demo.models import DemoEvent, DemoSession


@contextmanager
def no_webhook_by_itself() -> Iterator[None]:
    """Have Stripe keep its events until tell_the_shop()."""
    with mock.patch.object(events, "deliver"):
        yield


def tell_the_shop() -> None:
    """Deliver every event that the shop has not taken yet, oldest first, as Stripe does for three days."""
    for event in DemoEvent.objects.filter(is_delivered=False).order_by("pk"):
        _deliver(event.event_id)


_deliver: Callable[[str], None] = events.deliver


def newest_session() -> DemoSession:
    """Return the session that was made last."""
    return DemoSession.objects.latest("pk")


def pay() -> None:
    """Pay the newest session by card."""
    doings.pay(newest_session())


def pay_late(session_id: str) -> None:
    """Let money arrive for a session that was closed already."""
    session = DemoSession.objects.get(session_id=session_id)
    intent_id = f"pi_late_{session.pk}"
    says = {"status": "complete", "payment_status": "paid", "intent_status": "succeeded"}
    DemoSession.objects.filter(pk=session.pk).update(intent_id=intent_id, **says)
    session.refresh_from_db()
    events.tell("checkout.session.completed", session)
