"""The demo's fake Stripe, an app of its own: installed only when SHOP_MODE is demo."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoPaymentsConfig(AppConfig):
    """Django's entry for the demo payments app."""

    name = "shop.payments.demo"
    label = "payments_demo"
    verbose_name = _("Demo payments")
