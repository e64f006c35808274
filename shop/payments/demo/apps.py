"""The demo's fake Stripe, an app of its own: installed only when SHOP_MODE is demo."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoPaymentsConfig(AppConfig):
    """Django's entry for the demo payments app."""

    name = "shop.payments.demo"
    label = "payments_demo"
    verbose_name = _("Demo payments")

    def ready(self) -> None:
        """Let the Stripe library talk to the demo's own tables."""
        from shop.payments import stripe_api
        from shop.payments.demo import server

        stripe_api.use_local_server(server.answer)
