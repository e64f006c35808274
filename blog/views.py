"""Public pages of the blog: the index, a category, a tag, an author, an article, the owner's own pages."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from blog import article_page, cards, machines
from blog.articles import Article, ArticleQuerySet
from blog.pages import Page
from blog.taxonomy import Author, Category, Tag
from comments import panel as comment_panel
from foundation import links, middleware, redirects, share_cards
from foundation.methods import require_safe

ARTICLES_A_PAGE = 12


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Show all public articles, newest first. Two queries."""
    return render(request, "blog/article_list.html", _paged(request, cards.public()))


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public articles of one category. Three queries."""
    found = get_object_or_404(Category, slug=slug)
    articles = cards.public().filter(category=found)
    return _archive(request, articles, title=found.name, intro=found.description)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public articles with one tag; without any it is not found. Three queries."""
    found = get_object_or_404(Tag.objects.in_use(), slug=slug)
    intro = _("Articles about %(tag)s.") % {"tag": found.name}
    return _archive(request, cards.public().filter(tags=found), title=found.name, intro=intro)


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who an author is and the articles; without any it is not found. Three queries."""
    found = get_object_or_404(Author.objects.in_use().select_related("picture"), slug=slug)
    portrait = {"portrait": found.picture, "is_author": True}
    articles = cards.public().filter(author=found)
    return _archive(request, articles, title=found.name, intro=found.bio, **portrait)


def _archive(
    request: HttpRequest, articles: ArticleQuerySet, *, title: str, intro: str, **more: object
) -> HttpResponse:
    crumbs = [*article_page.crumbs_to_blog(), (title, None)]
    facts = {"title": title, "intro": intro, "crumbs": crumbs, **more}
    return render(request, "blog/archive.html", _paged(request, articles) | facts)


def _paged(request: HttpRequest, articles: ArticleQuerySet) -> dict[str, object]:
    page = Paginator(articles, ARTICLES_A_PAGE).get_page(request.GET.get("page"))
    address = links.of_request(request, {"page": page.number} if page.number > 1 else {})
    return {"page": page, "cards": cards.for_articles(page.object_list), "canonical_url": address}


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one public article."""
    article = get_object_or_404(Article.objects.published().with_page().with_figures(), slug=slug)
    shown = article_page.context(article) | {"panel": comment_panel.for_target(request, article)}
    return render(request, "blog/article_detail.html", shown)


@require_safe
def article_share_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the picture for shared links: title, author and cover. One query when warm."""
    article = get_object_or_404(Article.objects.published().with_page(), slug=slug)
    return share_cards.answer(machines.share_card(article))


@require_safe
def from_shopify(request: HttpRequest, blog: str, slug: str) -> HttpResponse:
    """Send a reader who comes with an address of Shopify's shape to the article, wherever it is now."""
    path = reverse("blog:article-detail", args=[slug])
    if not Article.objects.published().filter(slug=slug).exists():
        path = redirects.present_address(path) or ""
    if not path:
        raise Http404
    return middleware.permanently(request, path)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one of the owner's own pages."""
    found = get_object_or_404(Page.objects.published(), slug=slug)
    context = {
        "page": found,
        "crumbs": [(_("Home"), reverse("home")), (found.title, None)],
        "canonical_url": settings.SITE_URL + found.get_absolute_url(),
    }
    return render(request, "blog/page.html", context)
