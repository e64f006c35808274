"""What is forgotten, and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import retention
from comments.models import Comment
from foundation import jobs
from tests.comments.builders import make_comment

pytestmark = pytest.mark.django_db


def test_origins_are_forgotten_after_thirty_days():
    now = timezone.now()
    old = make_comment(ip_hash="a" * 64, posted_at=now - timedelta(days=31))
    recent = make_comment(ip_hash="b" * 64, posted_at=now - timedelta(days=29))

    assert retention.forget_origins() == 1
    assert Comment.objects.get(pk=old.pk).ip_hash == ""
    assert Comment.objects.get(pk=recent.pk).ip_hash == "b" * 64


def test_the_worker_forgets_by_itself():
    make_comment(ip_hash="a" * 64, posted_at=timezone.now() - timedelta(days=31))

    jobs.run_due()

    assert Comment.objects.get().ip_hash == ""
