"""Events on their way from Stripe to the shop."""

import json
from typing import Any

from shop.payments import stripe_api, webhooks
from shop.payments.models import WebhookEvent


def deliver(event: dict[str, Any]) -> WebhookEvent:
    """Deliver an event as Stripe does, signed; the worker has to work on it."""
    body = json.dumps(event)
    return webhooks.receive(body.encode(), stripe_api.sign(body, secret=webhooks.secret()))
