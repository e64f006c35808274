"""Places in the admin: the region is chosen from the country's own list."""

from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from shop.addresses import places, regions
from shop.addresses.places import Place

Row = TypeVar("Row", bound=Place)


class RegionSelect(forms.Select):
    """The regions of all countries, each country a group; an option's value names the country too."""

    country = ""

    class Media:
        js = ["js/region-choice.js"]

    def format_value(self, value: Any) -> list[str]:
        """Return the option of a code as it is kept."""
        code = str(value or "")
        is_code = regions.has(self.country, code)
        return [f"{self.country}:{code}" if is_code else code]


class PlaceForm(forms.ModelForm[Row]):
    """A form with country, region and postal codes."""

    narrows = False  # whether a place that exists offers the regions of its country alone

    region = forms.CharField(
        label=gettext_lazy("State or region"),
        max_length=120,
        required=False,
        widget=RegionSelect(attrs={"data-regions": ""}),
        help_text=gettext_lazy("None chosen: all of the country."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer regions, and what stands there now even if it is none."""
        super().__init__(*args, **kwargs)
        country = str(self["country"].value() or "")
        current = str(self["region"].value() or "")
        widget = self.fields["region"].widget
        widget.country = country
        widget.choices = offered(
            country if self.narrows and self.instance.pk else "", kept=widget.format_value(current)[0]
        )
        self.fields["postal_codes"].widget = forms.Textarea(attrs={"rows": 2, "cols": 30})

    def clean(self) -> dict[str, Any]:
        """Read the region as its country's code; refuse one of another country, or of none."""
        data: dict[str, Any] = super().clean() or {}
        country, typed = str(data.get("country") or ""), str(data.get("region") or "")
        if not country or not typed:
            return data
        where, colon, code = typed.partition(":")
        if colon and where != country and regions.has(where, code):
            facts = {"region": regions.name_of(where, code), "country": countries.name(where)}
            self.add_error(
                "region", _("%(region)s is in %(country)s. Choose a region of the country above.") % facts
            )
            return data
        code = regions.code_of(country, code if colon and where == country else typed)
        if code:
            data["region"] = code
        else:
            self.add_error("region", places.unknown_region(country, typed))
        return data


def offered(country: str, *, kept: str = "") -> list[tuple[str, Any]]:
    """Return the choices of regions, of one country or of all that have a list, and `kept` besides."""
    codes = [country] if country else [code for code, _name in countries if regions.choices(code)]
    groups = [
        (
            str(countries.name(where)),
            [(f"{where}:{code}", regions.title(where, code)) for code, _names in regions.choices(where)],
        )
        for where in codes
    ]
    known = {value for _name, options in groups for value, _title in options}
    others = [(kept, kept)] if kept and kept not in known else []
    return [("", _("All of the country")), *others, *(group for group in groups if group[1])]
