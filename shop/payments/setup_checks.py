"""Stripe reaches the shop."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.setup_checks import Missing
from shop.payments.models import WebhookEvent


def stripe_was_heard_of() -> Iterator[Missing]:
    """Ask a shop in test mode for one event of Stripe. One query there, else none."""
    if settings.SHOP_MODE == "test" and not WebhookEvent.objects.exists():
        text = _("Stripe has told the shop of nothing yet: register its webhook, then buy with a test card.")
        yield Missing(text, reverse("admin:shop_webhookevent_changelist"))
