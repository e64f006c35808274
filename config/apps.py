"""The one place where the apps meet: ready() registers, and nothing else couples them."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin with our sign-in."""

    default_site = "config.admin_site.StaffSite"


class ConfigConfig(AppConfig):
    """Home page, search page, health, start command and the wiring between the apps."""

    name = "config"

    def ready(self) -> None:
        """Register what one app offers to another."""
        from config import checks, wiring  # noqa: F401 - importing checks registers them

        wiring.connect()
