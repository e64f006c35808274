"""Prove that the books of stock agree."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from shop.orders import holds
from shop.stock import ledger


class Command(BaseCommand):
    """Compare movements with what is on hand, and held orders with what is reserved.

    The sentences are those of `manage.py reconcile` and of the admin's screen "Stripe and the shop".
    """

    help = "Check that movements add up to what is on hand, and held orders to what is reserved; 1 if not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference and end with 1, or say that there is none."""
        with transaction.atomic():
            differences = ledger.on_hand_differences() + holds.reserved_differences()
        for line in differences:
            self.stdout.write(line)
        if differences:
            sys.exit(1)
        self.stdout.write("The books agree.")
