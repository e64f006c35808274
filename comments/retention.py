"""What is not kept: where a comment came from is forgotten after a month."""

from datetime import timedelta

from django.utils import timezone

from comments.models import Comment

KEEP_IP_HASH = timedelta(days=30)


def forget_origins() -> int:
    """Drop the keyed IP hashes of comments older than 30 days; return how many."""
    old = Comment.objects.filter(posted_at__lt=timezone.now() - KEEP_IP_HASH).exclude(ip_hash="")
    return old.update(ip_hash="")
