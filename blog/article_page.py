"""What the page of one article shows; shared by the public view and the staff's preview."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import cards, machines, rendering
from blog.articles import Article
from blog.figures import passages
from blog.taxonomy import tags_of
from foundation import freshness
from shop.catalogue import cards as product_cards
from shop.catalogue.models import Product

RECENT_POSTS = 3


def context(article: Article) -> dict[str, object]:
    """Return the context of blog/article_detail.html for an article loaded `with_figures()`.

    Two queries when warm, whatever the article shows.
    """
    crumbs = [*crumbs_to_blog(), (article.title, None)]
    return {
        "article": article,
        "category_url": article.category.get_absolute_url(),
        "date": cards.display_date(article),
        "date_iso": article.published_at.isoformat(timespec="seconds") if article.published_at else "",
        "author_url": article.author.get_absolute_url(),
        "passages": passages(article.body, article.figures.all()),
        "contents": rendering.contents(article.body),
        "tags": tags_of(article.pk),
        "reading_time": reading_time(article),
        "crumbs": crumbs,
        "structured": machines.page(article, crumbs=crumbs),
        "share_url": machines.share_url(article),
        "canonical_url": settings.SITE_URL + article.get_absolute_url(),
        "products": featured_products(article),
        "recent": recent_posts(article),
    }


def crumbs_to_blog() -> list[tuple[str, str | None]]:
    """Return the breadcrumbs that lead to the blog's index, and stand before the page's own."""
    return [(_("Home"), reverse("home")), (_("Journal"), reverse("blog:article-list"))]


def reading_time(article: Article) -> str:
    """Return the reading time for people."""
    minutes = article.reading_minutes
    return ngettext("%(count)d minute to read", "%(count)d minutes to read", minutes) % {"count": minutes}


def featured_products(article: Article) -> list[product_cards.ProductCard]:
    """Return cards of the article's published products, in the article's order, with today's price."""
    chosen = Product.objects.filter(article_products__article=article)
    return product_cards.for_products(chosen.order_by("article_products__position", "article_products__id"))


def recent_posts(article: Article) -> list[cards.ArticleCard]:
    """Return cards of the newest articles, this one marked. No query when warm."""
    newest = freshness.remember("blog.newest", lambda: list(cards.public()[:RECENT_POSTS]))
    return cards.for_articles(newest, current_id=article.pk)
