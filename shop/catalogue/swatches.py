"""Swatches: what colour a value of an option means, such as "Dark walnut".

A value without a swatch is shown in words alone.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foundation import freshness

__all__ = ["Swatch"]

is_colour = RegexValidator(
    r"\A#[0-9a-fA-F]{6}\Z", _("Enter a colour such as #a0422a: # and six digits or letters a to f.")
)


class Swatch(models.Model):
    """The colour of an option's value; with a second colour, the circle shows both halves."""

    name = models.CharField(
        _("option value"), max_length=60,
        help_text=_("As it stands on the variants, such as Dark walnut. Capitals make no difference."),
    )  # fmt: skip
    colour = models.CharField(_("colour"), max_length=7, validators=[is_colour])
    second_colour = models.CharField(_("second colour"), max_length=7, blank=True, validators=[is_colour])

    class Meta:
        verbose_name = _("swatch")
        verbose_name_plural = _("swatches")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="swatch_name_unique",
                violation_error_message=_("There is a swatch for this value already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


def all_by_value() -> dict[str, Swatch]:
    """Return every swatch by its value in small letters. No query when warm."""
    return freshness.remember("shop.catalogue.swatches", _read)


def of(value: str) -> Swatch | None:
    """Return the swatch of an option's value, if it has one. No query when warm."""
    return all_by_value().get(value.casefold())


def _read() -> dict[str, Swatch]:
    return {swatch.name.casefold(): swatch for swatch in Swatch.objects.all()}
