"""Forms of the blog's admin: what an editor must still mind before an article can go out."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import rendering
from blog.articles import Article
from blog.figure_forms import ArticleFigureFormSet
from blog.taxonomy import Author
from foundation.pictures import PictureField

_STAYS_ONLINE = _(
    "Readers see this article now, and a time in the future would hide it until then. Leave the time as it"
    " is. To hide the article, save it as a draft; a draft can be scheduled."
)
WIDE = {"class": "vLargeTextField"}  # the admin's stylesheet knows this class


class ArticleForm(forms.ModelForm[Article]):
    """An article as its editor fills it in."""

    cover = PictureField(
        label=_("Cover"), required=False,
        help_text=_("Landscape, 1920 x 1200 pixels are ideal. JPEG, PNG, WebP or AVIF."),
    )  # fmt: skip

    class Meta:
        model = Article
        fields = [
            "title", "slug", "subtitle", "category", "tags", "author", "cover", "cover_alt", "body",
            "excerpt", "status", "published_at", "comments_open",
        ]  # fmt: skip
        widgets = {
            "title": forms.TextInput(WIDE),
            "slug": forms.TextInput(WIDE),
            "subtitle": forms.TextInput(WIDE),
            "cover_alt": forms.TextInput(WIDE),
            "excerpt": forms.Textarea(WIDE | {"rows": 4}),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for the alt text of a cover, and for a text before publication."""
        data = super().clean() or self.cleaned_data
        if data.get("cover") and not data.get("cover_alt"):
            self.add_error("cover_alt", _("Please say what the cover shows."))
        body = rendering.safe_html(data.get("body") or "")
        is_empty = not rendering.plain_text(body)
        if data.get("status") == Article.Status.PUBLISHED and is_empty and "body" not in self.errors:
            self.add_error("body", _("Please write a text before you publish the article."))
        self._check_figures(body)
        self._check_date(data)
        return data

    def _check_date(self, data: dict[str, Any]) -> None:
        """Refuse to take what readers see offline by a date; drafts and new articles may be scheduled."""
        published_at = data.get("published_at")
        is_future = published_at is not None and published_at > timezone.now()
        if is_future and data.get("status") == Article.Status.PUBLISHED and self._is_live():
            self.add_error("published_at", _STAYS_ONLINE)

    def _is_live(self) -> bool:
        """Return whether readers see the article now, whatever was typed. One query."""
        return Article.objects.published().filter(pk=self.instance.pk).exists()

    def figures_there(self) -> set[int]:
        """Return the numbers of the figures that the article will have once this is saved."""
        figures = ArticleFigureFormSet(self.data, self.files, instance=self.instance, prefix="figures")
        return figures.numbers()

    def _check_figures(self, body: str) -> None:
        """Refuse a text that names a figure which will not be there, or names one inside a sentence."""
        missing = _("There is no figure %(number)d. Please add it under the text, or take its name out.")
        inside = _("Please give [figure %(number)d] a paragraph of its own.")
        for number in sorted(set(rendering.figures_named(body)) - self.figures_there()):
            self.add_error("body", missing % {"number": number})
        for number in rendering.figures_in_sentences(body):
            self.add_error("body", inside % {"number": number})


class AuthorForm(forms.ModelForm[Author]):
    """Who signs articles."""

    picture = PictureField(label=_("Picture"), required=False)

    class Meta:
        model = Author
        fields = ["name", "slug", "bio", "picture"]
