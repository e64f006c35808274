"""Atom and RSS feeds of the newest articles: whole texts, covers, tags, every address absolute.

A summary is a text, but readers take it for HTML: it is escaped once for them, and once more as XML.
Who has a feed already is told so by what goes into it, before anything is made of that.
"""

import mimetypes
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from blog import figures, rendering
from blog.articles import Article
from blog.figures import ArticleFigure, passages
from blog.taxonomy import Tag, tags_of
from foundation import conditional, freshness, links
from foundation.methods import require_safe
from foundation.models import Picture, SiteIdentity

ARTICLES_A_FEED = 20
COVER_WIDTH = 1280  # pixels
MEDIA = "http://search.yahoo.com/mrss/"  # Source: https://www.rssboard.org/media-rss
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # when an empty feed changed last, if nobody knows


class _Dated(SyndicationFeed):
    """A feed that stays the same while it is empty."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else freshness.changed_at() or NEVER


class _AtomWithContent(_Dated, Atom1Feed):
    """Atom whose entries carry the whole text and the cover."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        _add_cover(handler, item)


class _RssWithContent(_Dated, Rss201rev2Feed):
    """RSS whose items carry the whole text, in the content module's element, and the cover."""

    def rss_attributes(self) -> dict[str, str]:
        ours = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/", "xmlns:media": MEDIA}
        return super().rss_attributes() | ours

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        _add_cover(handler, item)


def _add_cover(handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
    if attributes := item["cover"]:
        handler.startElement("media:content", attributes)
        if item["cover_alt"]:
            handler.addQuickElement("media:description", item["cover_alt"], {"type": "plain"})
        handler.endElement("media:content")


CONTENT_TYPES: dict[type[SyndicationFeed], str] = {
    _AtomWithContent: "application/atom+xml; charset=utf-8",
    _RssWithContent: "application/rss+xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """All that goes into one entry of a feed."""

    article: Article
    tags: list[Tag]
    figures: list[ArticleFigure]

    @property
    def changed_at(self) -> datetime:
        """When it changed last; a scheduled article does when it comes out."""
        return max(self.article.updated_at, self.article.published_at or self.article.updated_at)

    @property
    def facts(self) -> list[object]:
        """Everything in the rows that it is made of, for the tag of the feed."""
        article = self.article
        rows: list[Model | None] = [article, article.author, article.category, article.cover, *self.tags]
        rows += [row for figure in self.figures for row in (figure, figure.picture)]
        return [conditional.columns(row) for row in rows]


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Answer with the Atom feed, or 304. Two queries at most when warm."""
    return _answer(request, _AtomWithContent, reverse("blog:feed-atom"))


@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    """Answer with the RSS feed, or 304. Two queries at most when warm."""
    return _answer(request, _RssWithContent, reverse("blog:feed-rss"))


def _answer(request: HttpRequest, kind: type[SyndicationFeed], own_path: str) -> HttpResponse:
    shop, entries = SiteIdentity.current(), _entries()
    code = conditional.code_of(sys.modules[__name__], figures, rendering)
    return conditional.answer_made_of(
        request,
        (own_path, code, shop.name, shop.tagline, [entry.facts for entry in entries]),
        lambda: _written(kind, own_path, shop, entries),
        content_type=CONTENT_TYPES[kind],
        changed=[entry.changed_at for entry in entries],
    )


def _entries() -> list[Entry]:
    """Return what the feeds show, newest first."""
    articles = list(Article.objects.published().with_page().newest_first()[:ARTICLES_A_FEED])
    shown = _figures_of(articles)
    return [Entry(article, tags_of(article.pk), shown[article.pk]) for article in articles]


def _figures_of(articles: list[Article]) -> dict[int, list[ArticleFigure]]:
    """Return the figures by article. No query when warm, one for articles that were not asked for before."""
    known: dict[int, list[ArticleFigure]] = freshness.remember("blog.feeds.figures", dict)
    if missing := {article.pk: list[ArticleFigure]() for article in articles if article.pk not in known}:
        for figure in ArticleFigure.objects.filter(article__in=missing).select_related("picture"):
            missing[figure.article_id].append(figure)
        known |= missing
    return known


def _written(kind: type[SyndicationFeed], own_path: str, shop: SiteIdentity, entries: list[Entry]) -> str:
    tagline = _xml(shop.tagline)
    feed = kind(
        title=_xml(_("%(shop)s: blog") % {"shop": shop.name}),
        link=links.full(reverse("blog:article-list")),
        description=escape(tagline) if kind is _RssWithContent else tagline,
        language=settings.LANGUAGE_CODE,
        feed_url=links.full(own_path),
    )
    _fill(feed, entries)
    return str(feed.writeString("utf-8"))


def _fill(feed: SyndicationFeed, entries: Iterable[Entry]) -> None:
    for entry in entries:
        article = entry.article
        names = [article.category.name, *(tag.name for tag in entry.tags)]
        feed.add_item(
            title=_xml(article.title),
            link=links.full(article.get_absolute_url()),
            description=escape(_xml(article.teaser)),
            author_name=_xml(article.author.name),
            pubdate=article.published_at,
            updateddate=entry.changed_at,
            categories=[_xml(name) for name in dict.fromkeys(names)],
            unique_id=_lasting_id(article),
            unique_id_is_permalink=False,
            content=_xml(_content(entry)),
            enclosures=[_enclosure(article.cover)] if article.cover else [],
            cover=_cover(article.cover) if article.cover else {},
            cover_alt=_xml(article.cover_alt),
        )


def _enclosure(cover: Picture) -> Enclosure:
    address = cover.url(COVER_WIDTH)
    return Enclosure(links.full(address), str(_size(address)), _kind(address))


def _cover(cover: Picture) -> dict[str, str]:
    address = cover.url(COVER_WIDTH)
    return {"url": links.full(address), "type": _kind(address), "medium": "image"}


def _kind(address: str) -> str:
    return mimetypes.guess_type(address)[0] or "image/jpeg"


def _size(address: str) -> int:
    """Return the bytes of a stored picture, as RSS wants to know; 0 when it cannot be told."""
    try:
        return default_storage.size(address.removeprefix(settings.MEDIA_URL))
    except OSError:
        return 0


def _content(entry: Entry) -> str:
    """Return the whole text with its figures, every address absolute."""
    shown = passages(entry.article.body, entry.figures)
    return rendering.absolute_links("".join(text.html + _figure(text.figure) for text in shown))


def _figure(figure: ArticleFigure | None) -> str:
    if figure is None:
        return ""
    picture, words = figure.picture, " ".join(filter(None, [figure.caption, figure.credit]))
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">', settings.SITE_URL + picture.src,
        picture.display_width, picture.display_height, figure.alt,
    )  # fmt: skip
    caption = format_html("<figcaption>{}</figcaption>", words) if words else ""
    return format_html("<figure>{}{}</figure>", image, caption)


def _lasting_id(article: Article) -> str:
    """Return an id that stays when the article moves."""
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    return f"tag:{host},{article.created_at:%Y-%m-%d}:article/{article.pk}"


def _xml(text: str) -> str:
    """Return text without the control characters that XML forbids."""
    return _NOT_XML.sub("", text)
