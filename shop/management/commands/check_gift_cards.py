"""Prove that the book of gift cards agrees."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from shop.giftcards import ledger


class Command(BaseCommand):
    """Compare the movements of every gift card with its balance."""

    help = "Check that the movements of gift cards add up to their balances; 1 if not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference and end with 1, or say that there is none."""
        with transaction.atomic():
            differences = ledger.differences()
        for line in differences:
            self.stdout.write(line)
        if differences:
            sys.exit(1)
        self.stdout.write("The book of gift cards agrees.")
