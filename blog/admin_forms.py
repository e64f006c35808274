"""Forms of the blog's admin: what an editor must still mind before an article can go out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from blog import rendering
from blog.articles import Article
from blog.taxonomy import Author
from foundation.models import Picture
from foundation.pictures import PictureField


class PictureInput(forms.ClearableFileInput):
    """A file input that shows the picture chosen before, with a box to remove it."""

    template_name = "admin/blog/picture_input.html"

    def is_initial(self, value: Any) -> bool:
        """Say whether a picture was chosen before; the form knows it by its key."""
        return isinstance(value, int | Picture)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the picture itself. One query."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        picture = Picture.objects.filter(pk=value).first() if isinstance(value, int) else value
        context["widget"]["picture"] = picture if isinstance(picture, Picture) else None
        return context


class ArticleForm(forms.ModelForm[Article]):
    """An article as its editor fills it in."""

    cover = PictureField(
        label=_("cover"), required=False, widget=PictureInput,
        help_text=_("Landscape, 1920 x 1200 pixels are ideal. JPEG, PNG, WebP or AVIF."),
    )  # fmt: skip

    class Meta:
        model = Article
        fields = [
            "title", "slug", "subtitle", "category", "tags", "author", "cover", "cover_alt", "body",
            "excerpt", "status", "published_at", "comments_open",
        ]  # fmt: skip
        widgets = {"excerpt": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Ask for the alt text of a cover, and for a text before publication."""
        data = super().clean() or self.cleaned_data
        if data.get("cover") and not data.get("cover_alt"):
            self.add_error("cover_alt", _("Please say what the cover shows."))
        is_empty = not rendering.plain_text(rendering.safe_html(data.get("body") or ""))
        if data.get("status") == Article.Status.PUBLISHED and is_empty and "body" not in self.errors:
            self.add_error("body", _("Please write a text before you publish the article."))
        return data


class AuthorForm(forms.ModelForm[Author]):
    """Who signs articles."""

    picture = PictureField(label=_("picture"), required=False, widget=PictureInput)

    class Meta:
        model = Author
        fields = ["name", "slug", "bio", "picture"]
