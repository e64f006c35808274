"""Figures: the pictures with captions that stand in an article's text, where the text names them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog import rendering
from foundation.models import Picture

HIGHEST_NUMBER = 999


class ArticleFigure(models.Model):
    """A picture of an article. A line [figure 2] in the text says where the one with number 2 stands."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="figures")
    number = models.PositiveSmallIntegerField(
        _("number"), blank=True, validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_NUMBER)],
        help_text=_("The text calls it by this number. Empty: the next free one."),
    )  # fmt: skip
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+", verbose_name=_("picture"))
    alt = models.CharField(
        _("alt text"), max_length=200, help_text=_("What the picture shows, for those who cannot see it.")
    )
    caption = models.CharField(
        _("caption"), max_length=400, blank=True, help_text=_("Stands under the picture. Without HTML.")
    )
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who made the picture."))

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="article_figure_number_once",
                violation_error_message=_("This article has a figure of that number already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}: {self.alt}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, with the next number of its article unless it has one."""
        if not self.number:
            others = ArticleFigure.objects.filter(article_id=self.article_id)
            self.number = (others.aggregate(last=models.Max("number"))["last"] or 0) + 1
        super().save(*args, **kwargs)

    @property
    def is_upright(self) -> bool:
        """Whether the picture is higher than wide, and so is shown no wider than half a page."""
        return self.picture.height > self.picture.width


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article's safe HTML, and the figure that follows it."""

    html: str
    figure: ArticleFigure | None


def passages(body: str, figures: Iterable[ArticleFigure]) -> list[Passage]:
    """Return a safe text in stretches, each figure where the text names it, the others at the end.

    A name without a figure is left out. No query when the figures were loaded `with_figures()`.
    """
    by_number = {figure.number: figure for figure in figures}
    stretches = rendering.stretches(body)
    named = {number for _html, number in stretches}
    shown = [Passage(html, by_number.get(number or 0)) for html, number in stretches]
    return shown + [Passage("", figure) for number, figure in by_number.items() if number not in named]
