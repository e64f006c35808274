"""What is edited on an article's own admin page: figures and featured products."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from blog.articles import ArticleProduct
from blog.figure_forms import FigureForm, FigureFormSet
from blog.figures import ArticleFigure
from foundation import inlines
from foundation.models import Picture


def thumbnail(picture: Picture | None) -> str:
    """Return a small <img> for a list, or a dash."""
    if picture is None:
        return "–"
    return format_html('<img src="{}" alt="" width="96" height="60" loading="lazy">', picture.url(320))


class ArticleProductInline(inlines.TabularInline):
    """The featured products, in their order."""

    model = ArticleProduct
    autocomplete_fields = ["product"]
    fields = ["position", "product"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ArticleProduct]:
        """Read the products' names with the rows."""
        return super().get_queryset(request).select_related("product")


class ArticleFigureInline(inlines.StackedInline):
    """The figures of the text, by their numbers."""

    model = ArticleFigure
    form = FigureForm
    formset = FigureFormSet
    fields = [("preview", "number"), "picture", "alt", "caption", "credit"]
    readonly_fields = ["preview"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ArticleFigure]:
        """Load the pictures along."""
        return super().get_queryset(request).select_related("picture")

    @admin.display(description=_("preview"))
    def preview(self, figure: ArticleFigure) -> str:
        """Show the picture small."""
        return thumbnail(figure.picture if figure.picture_id else None)
