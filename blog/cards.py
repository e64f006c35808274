"""What an article's card shows, formatted once per row. Consumed by components/article_card.html."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from blog.articles import Article, ArticleQuerySet
from foundation.models import Picture


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """One card; `date` and `excerpt` are ready to print."""

    url: str
    title: str
    category: str
    category_url: str
    author: str
    excerpt: str
    date: str
    picture: Picture | None
    alt: str
    is_current: bool = False


def for_articles(articles: Iterable[Article], *, current_id: int | None = None) -> list[ArticleCard]:
    """Return cards of articles loaded `with_cards()`, in the same order. No further query."""
    return [_card(article, is_current=article.pk == current_id) for article in articles]


def latest(limit: int, *, current_id: int | None = None) -> list[ArticleCard]:
    """Return cards of the newest public articles. One query."""
    return for_articles(public()[:limit], current_id=current_id)


def for_keys(keys: Iterable[str]) -> list[ArticleCard]:
    """Return cards by the keys of their search documents, in that order; hidden ones left out. One query."""
    wanted = [int(key) for key in keys if key.isascii() and key.isdigit()]
    found = {
        article.pk: article for article in Article.objects.published().with_cards().filter(pk__in=wanted)
    }
    return for_articles(found[pk] for pk in wanted if pk in found)


def public() -> ArticleQuerySet:
    """Return the public articles, newest first, ready for cards."""
    return Article.objects.published().with_cards().newest_first()


def display_date(article: Article) -> str:
    """Return the day of publication for people, such as "3 May 2026"; empty for a draft without one."""
    if article.published_at is None:
        return ""
    return date_format(timezone.localtime(article.published_at), "j F Y")


def _card(article: Article, *, is_current: bool) -> ArticleCard:
    return ArticleCard(
        url=article.get_absolute_url(),
        title=article.title,
        category=article.category.name,
        category_url=article.category.get_absolute_url(),
        author=article.author.name,
        excerpt=article.teaser,
        date=display_date(article),
        picture=article.cover,
        alt=article.cover_alt,
        is_current=is_current,
    )
