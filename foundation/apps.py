"""The foundation app."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    """Django's entry for the foundation app."""

    name = "foundation"
    verbose_name = _("Shop details and system")

    def ready(self) -> None:
        """Register the foundation's own housekeeping."""
        from foundation import (
            admin_panels,
            folded_lookups,
            freshness,
            heartbeats,
            jobs,
            limits,
            sqlite_json,
        )

        jobs.register_tick(name="reap jobs", every=heartbeats.silent_after() / 3, call=jobs.reap)
        jobs.register_tick(name="prune jobs", every=timedelta(hours=6), call=jobs.prune)
        jobs.register_tick(name="purge limits", every=timedelta(minutes=10), call=limits.purge)
        jobs.register_tick(name="compact freshness", every=timedelta(seconds=30), call=freshness.compact)
        admin_panels.register(admin_panels.jobs_that_gave_up)
        admin_panels.register(admin_panels.pictures_that_failed)
        folded_lookups.register()
        sqlite_json.register()
