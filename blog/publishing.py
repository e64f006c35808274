"""Make a change of the blog visible: search, freshness, and articles whose time has come.

Whoever saves an article, a page, a category or an author calls the verb here that goes with it.
"""

from django.db import transaction

from blog import rendering
from blog.articles import Article
from blog.pages import Page
from blog.taxonomy import Author
from foundation import freshness
from shop import search

KIND = "article"


@transaction.atomic
def save_article(*, article: Article) -> Article:
    """Save an article and show the change everywhere, in one transaction."""
    article.save()
    announce(article=article)
    return article


@transaction.atomic
def delete_article(*, article: Article) -> None:
    """Delete an article and take it out of the search, in one transaction."""
    Article.keep_addresses([article.pk])
    search.remove(kind=KIND, key=str(article.pk))
    article.delete()
    freshness.bump()


@transaction.atomic
def save_page(*, page: Page) -> Page:
    """Save one of the owner's own pages and show the change, in one transaction."""
    page.save()
    freshness.bump()
    return page


@transaction.atomic
def announce(*, article: Article) -> None:
    """Put a public article into the search or take a hidden one out, after it was saved."""
    is_public = article.is_public
    Article.keep_addresses([article.pk])
    if is_public:
        _put(article)
    else:
        search.remove(kind=KIND, key=str(article.pk))
    if article.is_announced != is_public:
        Article.objects.filter(pk=article.pk).update(is_announced=is_public)
        article.is_announced = is_public
    freshness.bump()


@transaction.atomic
def announce_author(*, author: Author) -> None:
    """Carry a changed author's name to all their articles in the search."""
    for article in Article.objects.published().with_page().filter(author=author):
        _put(article)
    freshness.bump()


def announce_due() -> int:
    """Announce scheduled articles whose time has come; returns how many. Called every minute."""
    articles = list(Article.objects.published().with_page().filter(is_announced=False))
    for article in articles:
        announce(article=article)
    return len(articles)


def _put(article: Article) -> None:
    search.put(
        kind=KIND,
        key=str(article.pk),
        title=article.title,
        maker=article.author.name,
        text=f"{article.subtitle} {article.excerpt} {rendering.plain_text(article.body)}",
        url=article.get_absolute_url(),
        picture="",
    )
