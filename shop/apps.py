"""The shop app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopConfig(AppConfig):
    """Django's entry for the shop app."""

    name = "shop"
    verbose_name = _("Shop")
