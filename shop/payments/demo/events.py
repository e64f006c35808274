"""What Stripe tells the shop: every event is kept, then handed to the function behind the webhook."""

import json

from django.db import transaction

from shop.payments import stripe_api, webhooks
from shop.payments.demo import objects
from shop.payments.demo.models import DemoDispute, DemoEvent, DemoRefund, DemoSession


def tell(kind: str, row: DemoSession | DemoRefund | DemoDispute) -> None:
    """Keep an event about a row and deliver it once the change is committed.

    An event that the shop fails to take is logged and stays undelivered, as at Stripe.
    """
    event = objects.event(row, kind)
    DemoEvent.objects.create(event_id=event["id"], kind=kind, payload=event)
    transaction.on_commit(lambda: deliver(event["id"]), robust=True)


def deliver(event_id: str) -> None:
    """Sign an event and hand it to the shop, in this process; once more does no harm."""
    rows = DemoEvent.objects.filter(event_id=event_id)
    body = json.dumps(rows.get().payload)
    webhooks.receive(body.encode(), stripe_api.sign(body, secret=webhooks.secret()))
    rows.update(is_delivered=True)
