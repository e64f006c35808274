"""The blog as machines read it: sitemap entries, structured data and the card of a shared link."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from blog.articles import Article
from blog.pages import Page
from blog.taxonomy import Author, Category, Tag
from foundation import links, structured_data
from foundation.models import SiteIdentity
from foundation.share_cards import ShareCard
from foundation.site_index import Entry

SHOWN_WIDTH = 1280  # pixels of the pictures that machines are shown


def entries() -> Iterator[Entry]:
    """Return the index, categories, tags, authors, articles and the owner's pages. Six queries."""
    articles = list(Article.objects.published().with_cards().with_figures().newest_first())
    yield Entry(reverse("blog:article-list"), max((a.updated_at for a in articles), default=None))
    used = {article.category_id for article in articles}
    for shelf in (*Category.objects.filter(pk__in=used), *Tag.objects.in_use(), *Author.objects.in_use()):
        yield Entry(shelf.get_absolute_url())
    for article in articles:
        yield Entry(article.get_absolute_url(), article.updated_at, tuple(_pictures(article)))
    for page in Page.objects.published():
        yield Entry(page.get_absolute_url(), page.updated_at)


def _pictures(article: Article) -> list[str]:
    """Return the paths of the cover and the figures."""
    figures = [figure.picture for figure in article.figures.all()]
    return [picture.url(SHOWN_WIDTH) for picture in (article.cover, *figures) if picture]


def page(article: Article, *, crumbs: list[tuple[str, str | None]]) -> SafeString:
    """Return the structured data of an article's page: the article and the way to it. No query."""
    here = settings.SITE_URL + article.get_absolute_url()
    way = structured_data.breadcrumbs(crumbs, site_url=settings.SITE_URL, here=here)
    return structured_data.script(structured(article), way)


def structured(article: Article) -> dict[str, Any]:
    """Return the schema.org BlogPosting of an article loaded `with_page().with_figures()`. No query."""
    address = settings.SITE_URL + article.get_absolute_url()
    author_url = settings.SITE_URL + article.author.get_absolute_url()
    author = {"@type": "Person", "name": article.author.name, "url": author_url}
    return {
        "@type": "BlogPosting",
        "headline": article.title[:110],
        "description": article.teaser,
        "image": [settings.SITE_URL + path for path in _pictures(article)],
        "datePublished": article.published_at.isoformat() if article.published_at else "",
        "dateModified": article.updated_at.isoformat(),
        "author": author,
        "articleSection": article.category.name,
        "mainEntityOfPage": address,
        "publisher": {"@id": f"{settings.SITE_URL}/#shop"},
    }


def share_url(article: Article) -> str:
    """Return the full address of the share card; it changes with every edit. No query."""
    path = reverse("blog:article-share-card", args=[article.slug])
    return links.full(links.address(path, {"v": int(article.updated_at.timestamp())}))


def share_card(article: Article) -> ShareCard:
    """Return what a shared link to the article shows. No query when warm."""
    return ShareCard(article.title, article.author.name, SiteIdentity.current().name, article.cover)
