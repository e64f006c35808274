"""Forms for an article's figures: pictures uploaded in place, numbers that may be left open or swapped."""

from typing import cast

from django import forms
from django.forms.models import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from blog.articles import Article
from blog.figures import ArticleFigure
from foundation import inlines
from foundation.picture_input import PictureInput
from foundation.pictures import PictureField

Row = forms.ModelForm[ArticleFigure]


class FigureForm(Row):
    """A picture with its words; a new file replaces the picture."""

    picture = PictureField(
        label=_("File"), widget=PictureInput(shows_current=False),
        help_text=_("Landscape, 1920 x 1200 pixels are ideal. JPEG, PNG, WebP or AVIF."),
    )  # fmt: skip

    class Meta:
        model = ArticleFigure
        fields = ["number", "picture", "alt", "caption", "credit"]
        widgets = {
            "alt": forms.TextInput({"class": "vLargeTextField"}),
            "caption": forms.Textarea({"class": "vLargeTextField", "rows": 2}),
        }


class FigureFormSet(inlines.RowFormSet):
    """All figures of one article."""

    def clean(self) -> None:
        """Give new figures their numbers, then see that no number stands twice."""
        staying = list(self.staying())
        for form, number in zip(staying, self._numbers(staying), strict=True):
            if "number" not in form.errors:
                form.instance.number = form.cleaned_data["number"] = number
                if number in self._numbers_elsewhere():
                    form.add_error("number", _("This article has a figure of that number already."))
        super().clean()

    def numbers(self) -> set[int]:
        """Return the numbers that the figures will have once this is saved; needs no validation."""
        return {*self._numbers(list(self.staying())), *self._numbers_elsewhere()}

    def _numbers(self, staying: list[Row]) -> list[int]:
        """Return a number for each form: its own, or the next behind all others."""
        given = [_number_of(form) for form in staying]
        last = max([0, *given, *self._numbers_elsewhere()])
        numbers = []
        for number in given:
            last += number == 0
            numbers.append(number or last)
        return numbers

    def _numbers_elsewhere(self) -> set[int]:
        """Return the numbers of figures that were added since the page was opened."""
        own = {form.instance.pk for form in self.initial_forms}
        return {figure.number for figure in self.get_queryset() if figure.pk not in own}


def _number_of(form: Row) -> int:
    """Return the number that was typed; 0 for none, and for nonsense, which validation names."""
    try:
        return form.fields["number"].clean(form["number"].data) or 0
    except forms.ValidationError:
        return 0


ArticleFigureFormSet = cast(
    type[FigureFormSet],
    inlineformset_factory(Article, ArticleFigure, form=FigureForm, formset=FigureFormSet, extra=0),
)
