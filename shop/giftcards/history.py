"""What the staff did to a card besides its value: lines in the admin's own history of it."""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry

from shop.giftcards.models import GiftCard


def write(card: GiftCard, text: str, *, staff: Any) -> None:
    """Add a line to what "History" shows on the card's page in the admin."""
    LogEntry.objects.log_actions(
        user_id=staff.pk,
        queryset=[card],
        action_flag=CHANGE,
        change_message=text,
        single_object=True,
    )
