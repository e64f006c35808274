"""Say what the shop still lacks before it can go live."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from foundation import setup_checks


class Command(BaseCommand):
    """Ask every set-up check; the sentences are those of the admin's first page."""

    help = "Name what the shop still lacks before it can go live, with the page that mends it; 1 if anything."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each thing that is missing and end with 1, or say that there is none."""
        missing = setup_checks.missing()
        for found in missing:
            address = f" {settings.SITE_URL}{found.url}" if found.url else ""
            self.stdout.write(f"{found.text}{address}")
        if missing:
            sys.exit(1)
        self.stdout.write("Everything that a shop needs is there.")
