"""Compare the shop with Stripe, now."""

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop.backoffice.models import Difference
from shop.backoffice.reconciling import comparing, mending

MOST_DAYS = 365


class Command(BaseCommand):
    """Print what differs, as the admin's screen "Stripe and the shop" does."""

    help = "Compare money and stock with Stripe and with each other; 1 if something differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how far to look back, and whether to mend."""
        parser.add_argument(
            "--days", type=int, default=3, help="how far to look back at Stripe; 3 by default"
        )
        parser.add_argument("--mend", action="store_true", help="mend what needs no decision first")

    def handle(self, *args: Any, days: int, mend: bool, **options: Any) -> None:
        """Print each difference and end with 1, or say that there is none."""
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"--days must be between 1 and {MOST_DAYS}.")
        comparison = comparing.compare(since=timezone.now() - timedelta(days=days))
        if mend:
            self._mend()
        rows = list(Difference.objects.still_open())
        for row in rows:
            self.stdout.write(f"{row.sentence} ({row.mending_error})" if row.mending_error else row.sentence)
        if comparison.error:
            self.stdout.write(comparison.error)
        if rows or comparison.error:
            sys.exit(1)
        self.stdout.write("Stripe and the shop agree.")

    def _mend(self) -> None:
        before = list(Difference.objects.still_open())
        mending.mend_what_is_safe()
        for row in Difference.objects.filter(pk__in=[row.pk for row in before]).exclude(gone_at=None):
            self.stdout.write(f"Mended: {row.sentence}")
