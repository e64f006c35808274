"""Atom and RSS feeds of the newest articles, whole texts, every address absolute."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from blog import rendering
from blog.articles import Article
from blog.figures import ArticleFigure, passages
from foundation.models import SiteIdentity

ARTICLES_A_FEED = 20
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class _AtomWithContent(Atom1Feed):
    """Atom whose entries carry the whole text."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class _RssWithContent(Rss201rev2Feed):
    """RSS whose items carry the whole text, in the content module's element."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


CONTENT_TYPES: dict[type[SyndicationFeed], str] = {
    _AtomWithContent: "application/atom+xml; charset=utf-8",
    _RssWithContent: "application/rss+xml; charset=utf-8",
}


def atom(request: HttpRequest) -> HttpResponse:
    """Answer with the Atom feed. Two queries when warm."""
    return _answer(_AtomWithContent, reverse("blog:feed-atom"))


def rss(request: HttpRequest) -> HttpResponse:
    """Answer with the RSS feed. Two queries when warm."""
    return _answer(_RssWithContent, reverse("blog:feed-rss"))


def _answer(kind: type[SyndicationFeed], own_path: str) -> HttpResponse:
    shop = SiteIdentity.current()
    feed = kind(
        title=_xml(_("%(shop)s: blog") % {"shop": shop.name}),
        link=settings.SITE_URL + reverse("blog:article-list"),
        description=_xml(shop.tagline),
        language=settings.LANGUAGE_CODE,
        feed_url=settings.SITE_URL + own_path,
    )
    _fill(feed, Article.objects.published().with_page().with_figures().newest_first()[:ARTICLES_A_FEED])
    response = HttpResponse(content_type=CONTENT_TYPES[kind])
    feed.write(response, "utf-8")
    return response


def _fill(feed: SyndicationFeed, articles: Iterable[Article]) -> None:
    for article in articles:
        feed.add_item(
            title=_xml(article.title),
            link=settings.SITE_URL + article.get_absolute_url(),
            description=_xml(article.teaser),
            author_name=_xml(article.author.name),
            pubdate=article.published_at,
            updateddate=max(article.updated_at, article.published_at or article.updated_at),
            categories=[_xml(article.category.name)],
            unique_id=_lasting_id(article),
            unique_id_is_permalink=False,
            content=_xml(_content(article)),
        )


def _content(article: Article) -> str:
    """Return the whole text with its figures, every address absolute."""
    shown = passages(article.body, article.figures.all())
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
