"""Issue invoices and credit notes of orders that were paid before the shop issued any."""

from typing import Any

from django.core.management.base import BaseCommand

from shop.payments import paperwork


class Command(BaseCommand):
    """Issue what is missing, oldest payment first; a second run finds nothing to do."""

    help = "Issue the invoices and credit notes that are missing, oldest payment first."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many papers were issued."""
        invoices, credit_notes = paperwork.issue_missing()
        self.stdout.write(f"Issued {invoices} invoices and {credit_notes} credit notes.")
