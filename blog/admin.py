"""The blog's admin: articles, pages, categories, tags and authors."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from blog import article_page, publishing, versions
from blog.admin_forms import ArticleForm, AuthorForm
from blog.admin_inlines import ArticleFigureInline, ArticleProductInline, thumbnail
from blog.articles import Article
from blog.pages import Page
from blog.taxonomy import Author, Category, Tag
from blog.version_admin import VERSION, RestoresVersions
from foundation import freshness
from foundation.former_addresses import FormerAddresses


@admin.register(Article)
class ArticleAdmin(RestoresVersions, FormerAddresses, SimpleHistoryAdmin):
    """Write, schedule, publish and take back articles."""

    form = ArticleForm
    inlines = [ArticleFigureInline, ArticleProductInline]
    list_display = ["cover_thumbnail", "title", "state", "category", "author", "published_at"]
    list_display_links = ["title"]
    list_filter = ["status", "category", "author", "tags"]
    list_select_related = ["category", "author", "cover"]
    list_per_page = 50
    search_fields = ["title", "subtitle", "body", "author__name"]
    autocomplete_fields = ["tags"]
    actions = ["publish", "take_back"]
    change_form_template = "admin/blog/article_form.html"
    object_history_list_template = "admin/blog/history_list.html"
    fieldsets = [
        (None, {"fields": ["title", "slug", "subtitle", "body"]}),
        (_("Publication"), {"fields": ["status", "published_at", "author", "category", "tags"]}),
        (_("Cover and card"), {"fields": ["cover", "cover_alt", "excerpt"]}),
        (_("Comments"), {"fields": ["comments_open"]}),
    ]

    @admin.display(description=_("cover"))
    def cover_thumbnail(self, article: Article) -> str:
        """Show the cover small."""
        return thumbnail(article.cover)

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        """Say whether readers see it: draft, scheduled or published."""
        return gettext("Scheduled") if article.is_scheduled else article.get_status_display()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Article]:
        """Leave the texts in the database when a list is shown."""
        articles: models.QuerySet[Article] = super().get_queryset(request)
        match = request.resolver_match
        return articles.defer("body") if match and match.url_name == "blog_article_changelist" else articles

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Make the address from the title; not as a class attribute, for a version has no address."""
        return {"slug": ["title"]}

    def view_on_site(self, obj: Article) -> str | None:
        """Return the public page, if there is one."""
        return obj.get_absolute_url() if obj.is_public else None

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Save and show the change everywhere; the version before keeps what stood around it."""
        if hasattr(request, VERSION):
            super().save_model(request, obj, form, change)
            return
        if change:
            versions.keep(obj)
        publishing.save_article(article=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        """Save figures, products and tags; the tags have pages from now on."""
        super().save_related(request, form, formsets, change)
        versions.keep(form.instance)
        Article.keep_addresses([form.instance.pk])

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        """Delete and take out of the search."""
        publishing.delete_article(article=obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Article]) -> None:
        """Delete each and take it out of the search."""
        for article in queryset:
            publishing.delete_article(article=article)

    @admin.action(description=_("Publish selected articles"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet[Article]) -> None:
        """Publish drafts that have a text; what is scheduled stays scheduled."""
        drafts = queryset.filter(status=Article.Status.DRAFT)
        without_text = drafts.filter(body="").count()
        self._set_status(request, drafts.exclude(body=""), Article.Status.PUBLISHED)
        if without_text:
            text = ngettext(
                "%(count)d draft has no text yet.", "%(count)d drafts have no text yet.", without_text
            )
            self.message_user(request, text % {"count": without_text}, messages.WARNING)

    @admin.action(description=_("Turn selected articles into drafts"), permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: models.QuerySet[Article]) -> None:
        """Hide articles from readers."""
        self._set_status(request, queryset.exclude(status=Article.Status.DRAFT), Article.Status.DRAFT)

    def _set_status(self, request: HttpRequest, changing: models.QuerySet[Article], status: str) -> None:
        articles = list(changing)
        for article in articles:
            article.status = status
            publishing.save_article(article=article)
        text = ngettext("%(count)d article was changed.", "%(count)d articles were changed.", len(articles))
        self.message_user(request, text % {"count": len(articles)}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Add the preview."""
        preview = path(
            "<int:article_id>/preview/", self.admin_site.admin_view(self.preview), name="blog_article_preview"
        )
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest, article_id: int) -> HttpResponse:
        """Show an article to the staff as readers will see it."""
        article = Article.objects.with_page().with_figures().filter(pk=article_id).first()
        if article is None or not self.has_view_permission(request, article):
            raise Http404
        shown = article_page.context(article) | {
            "is_preview": True,
            "preview_text": gettext("This is a preview: it shows what was saved last."),
        }
        return render(request, "blog/article_detail.html", shown)


class FreshAdmin(FormerAddresses):
    """An admin whose every change shows on public pages at once."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save and raise the version of public pages."""
        super().save_model(request, obj, form, change)
        freshness.bump()

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete and raise the version of public pages."""
        super().delete_model(request, obj)
        freshness.bump()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete and raise the version of public pages."""
        super().delete_queryset(request, queryset)
        freshness.bump()


@admin.register(Page)
class PageAdmin(FreshAdmin):
    """The owner's own pages."""

    list_display = ["title", "slug", "is_published", "shows_shop_details", "position", "updated_at"]
    list_filter = ["is_published"]
    search_fields = ["title", "summary", "body"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "summary", "body", "shows_shop_details", "position", "is_published"]

    def view_on_site(self, obj: Page) -> str | None:
        """Return the public page, if there is one."""
        return obj.get_absolute_url() if obj.is_published else None


@admin.register(Category)
class CategoryAdmin(FreshAdmin):
    """Sections of the blog."""

    list_display = ["name", "slug", "description"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def view_on_site(self, obj: Category) -> str:
        """Return the public page."""
        return obj.get_absolute_url()


@admin.register(Tag)
class TagAdmin(FreshAdmin):
    """Words an article can be found by."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Author)
class AuthorAdmin(FreshAdmin):
    """Who signs articles."""

    form = AuthorForm
    list_display = ["portrait", "name", "slug"]
    list_display_links = ["name"]
    list_select_related = ["picture"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description=_("picture"))
    def portrait(self, author: Author) -> str:
        """Show the picture small."""
        return thumbnail(author.picture)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save and carry the name to the search."""
        super().save_model(request, obj, form, change)
        publishing.announce_author(author=form.instance)
