"""Numbers that went out after the backup was made must not come again.

Stripe remembers payments and refunds by their ids, cookies and links name comments, and customers
know their orders by number. Whatever was made after the backup is gone here, but not there: so
every id and the order numbers go on behind a gap. Invoice-like series stay without gaps.
Source: docs/operations.md, "After restoring".
"""

from django.db import transaction
from django.db.models import F

from config.backup import databases
from shop.orders.models import NumberSequence

ID_GAP = 1_000_000
ORDER_GAP = 1_000


@transaction.atomic
def leave_gaps() -> int:
    """Move all ids and the order numbers on; return the next order's number."""
    databases.current().leave_id_gaps(ID_GAP)
    NumberSequence.objects.get_or_create(name="order")
    NumberSequence.objects.filter(name="order").update(next_number=F("next_number") + ORDER_GAP)
    return NumberSequence.objects.get(name="order").next_number
