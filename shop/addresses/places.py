"""A country, a region of it, or a part of either by postal codes: where a rate or a zone applies."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from django_countries.fields import CountryField

from shop.addresses import postal_ranges, regions

LONGEST_CODES = 1000  # characters of ranges


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes, as far as it is known; the region by name or code, the postal code as typed."""

    country: str
    region: str = ""
    postal_code: str = ""

    @property
    def is_country(self) -> bool:
        """Whether there can be such a country: two letters."""
        return len(self.country) == 2 and self.country.isascii() and self.country.isalpha()

    def rank_of(self, region: str, postal_codes: str) -> int:
        """Return how closely a place of this country fits: 0 not at all, 1 all of the country, up to 4.

        A region counts more than nothing, postal codes more than a region, both together most. A region or
        codes that the country does not have fit nothing.
        """
        country = self.country.upper()
        if region and region.casefold() != regions.code_of(country, self.region).casefold():
            return 0
        if postal_codes and not postal_ranges.cover(country, postal_codes, self.postal_code):
            return 0
        return 1 + bool(region) + 2 * bool(postal_codes)


class Place(models.Model):
    """A country or a part of it; an empty field means all of it."""

    country = CountryField(gettext_lazy("country"))
    region = models.CharField(
        gettext_lazy("state or region"), max_length=80, blank=True, default="",
        help_text=gettext_lazy("None chosen: all of the country."),
    )  # fmt: skip
    postal_codes = models.CharField(
        gettext_lazy("postal codes"), max_length=LONGEST_CODES, blank=True, default="",
        help_text=gettext_lazy(
            "Beginnings and ranges, such as BT or 35000-35999, 38000-38999. Empty: all of the place."
        ),
    )  # fmt: skip

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Keep the region by its code and postal codes in order. Raises ValidationError. Up to one query."""
        super().clean()
        if not self.country:
            return
        problems = self._problems()
        if problems:
            raise ValidationError(problems)

    def _problems(self) -> dict[str, str]:
        country, found = str(self.country), {}
        code = regions.code_of(country, self.region)
        if self.region.strip() and not code:
            found["region"] = unknown_region(country, self.region)
        self.region = code or self.region.strip()
        try:
            self.postal_codes = postal_ranges.tidy(country, self.postal_codes)
        except postal_ranges.BadRange as error:
            return found | {"postal_codes": str(error)}
        if len(self.postal_codes) > LONGEST_CODES:
            return found | {"postal_codes": _("That are too many. Make a second one for the rest.")}
        other = self.overlapping(type(self)._default_manager.filter(country=country, region=self.region))
        return found | ({"postal_codes": overlap(other)} if other else {})

    def overlapping(self, others: Iterable["Place"]) -> "Place | None":
        """Return the first of other places, in the same country and region, that shares a part of the codes.

        Exactly the same codes are the same place, which is another matter.
        """
        if not self.postal_codes:
            return None
        country = str(self.country)
        return next((
            other for other in others
            if other.pk != self.pk or other.pk is None
            if other.postal_codes and other.postal_codes != self.postal_codes
            if _share_codes(country, self.postal_codes, other.postal_codes)
        ), None)  # fmt: skip

    @property
    def place_name(self) -> str:
        """Such as "United Kingdom (BT)" or "CA, United States of America"."""
        whole = ", ".join(part for part in (self.region, str(countries.name(str(self.country)))) if part)
        return f"{whole} ({self.postal_codes})" if self.postal_codes else whole

    @property
    def has_unknown_part(self) -> bool:
        """Whether its region or postal codes are none of its country, so that it applies to nothing."""
        country = str(self.country)
        try:
            postal_ranges.spans(country, self.postal_codes)
        except postal_ranges.BadRange:
            return True
        return bool(self.region) and not regions.has(country, self.region)


def _share_codes(country: str, one: str, other: str) -> bool:
    try:
        return postal_ranges.do_overlap(country, one, other)
    except postal_ranges.BadRange:
        return False


def unknown_region(country: str, typed: str) -> str:
    """Return what to do about a region that its country does not have."""
    facts = {"region": typed.strip(), "country": countries.name(country)}
    if not regions.choices(country):
        return _("%(country)s has no list of regions. Choose none, and limit it by postal codes.") % facts
    return _("%(country)s has no region “%(region)s”. Choose one of the list.") % facts


def overlap(other: Place) -> str:
    """Return what to do about postal codes that stand at another place already."""
    return _("Some of these postal codes stand at “%(place)s” already.") % {"place": other.place_name}
