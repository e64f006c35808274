"""The foundation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    """Django's entry for the foundation app."""

    name = "foundation"
    verbose_name = _("Foundation")
