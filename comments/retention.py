"""What is not kept: where a comment came from is forgotten after `ORIGIN_DAYS`."""

from datetime import datetime

from django.db.models import QuerySet

from comments.models import Comment
from foundation import retention


def _origins(before: datetime) -> QuerySet[Comment]:
    return Comment.objects.filter(posted_at__lt=before).exclude(ip_hash="")


ORIGINS = retention.Rule(
    name="network addresses of comments, as keyed hashes",
    setting="ORIGIN_DAYS",
    due=_origins,
    forget=lambda comments: comments.update(ip_hash=""),
)


def forget_origins() -> int:
    """Drop the keyed IP hashes of comments that are old enough; return how many."""
    return retention.purge(ORIGINS)
