"""Deterministic builders of comments and of something to comment on."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from blog.models import Article, Author, Category
from comments import tokens
from comments.models import Comment

_numbers = count(1)


def make_article(**overrides: Any) -> Article:
    """Make a published article that takes comments."""
    n = next(_numbers)
    author, _ = Author.objects.get_or_create(slug="ada", defaults={"name": "Ada"})
    category, _ = Category.objects.get_or_create(slug="music", defaults={"name": "Music"})
    fields = {
        "title": f"How to tune {n}",
        "slug": f"how-to-tune-{n}",
        "body": "<p>Slowly.</p>",
        "status": Article.Status.PUBLISHED,
        "published_at": timezone.now() - timedelta(days=1),
        "author": author,
        "category": category,
    }
    return Article.objects.create(**fields | overrides)


def make_comment(target: Article | None = None, **overrides: Any) -> Comment:
    """Make a pending comment; an article is made unless given."""
    n = next(_numbers)
    target = target or make_article()
    fields = {
        "content_type": ContentType.objects.get_for_model(target),
        "object_id": target.pk,
        "name": f"Reader {n}",
        "email": f"reader{n}@example.com",
        "body": f"Thank you, that helped me {n} times.",
    }
    return Comment.objects.create(**fields | overrides)


def form_data(target: Article, /, **overrides: Any) -> dict[str, str]:
    """Return what a browser sends from the form under `target`."""
    fields = {
        "name": "Ruth",
        "email": "ruth@example.com",
        "body": "Lovely article.",
        "website": "",
        "target": tokens.issue(target),
    }
    return fields | overrides
