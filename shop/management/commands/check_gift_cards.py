"""Prove that the book of gift cards agrees."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from shop.giftcards import ledger
from shop.orders import card_holds


class Command(BaseCommand):
    """Compare movements with what is on the cards, and with what orders are paid with.

    The sentences about balances are those of `manage.py reconcile` and of "Stripe and the shop".
    """

    help = "Check that movements add up to what is on the gift cards, and to what orders paid; 1 if not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference and end with 1, or say that there is none."""
        with transaction.atomic():
            differences = ledger.balance_differences() + card_holds.held_differences()
        for line in differences:
            self.stdout.write(line)
        if differences:
            sys.exit(1)
        self.stdout.write("The book of gift cards agrees.")
