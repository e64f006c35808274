"""What a visitor narrowed a listing to, read from its address: any text may stand there.

What names nothing in the listing is left out; a price that is no price is kept and complained about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import links
from shop.catalogue.cards import display_price
from shop.catalogue.facets import OPTION_SLOTS, Facets
from shop.catalogue.models import ProductQuerySet, Variant
from shop.money_form import MoneyField

Pair = tuple[str, str]


class PriceForm(forms.Form):
    """The lowest and the highest price to show, in major units."""

    price_min = MoneyField(label=_("From"), required=False, help_text="")
    price_max = MoneyField(label=_("To"), required=False, help_text="")

    def clean(self) -> dict[str, Any] | None:
        """Refuse a range that is upside down."""
        low, high = self.cleaned_data.get("price_min"), self.cleaned_data.get("price_max")
        if low is not None and high is not None and low > high:
            self.add_error("price_max", _("This is lower than the price before it."))
        return self.cleaned_data


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing the listing is narrowed to, and the query that remains when it is taken away."""

    label: str
    query: str

    @property
    def url(self) -> str:
        """The address that takes it away; "?" for that of everything."""
        return links.with_query("", self.query) or "?"


@dataclass(frozen=True, slots=True)
class Filters:
    """The choices that make sense in a listing; `chosen` maps a group's parameter to its values."""

    facets: Facets
    price_form: PriceForm
    in_stock: bool = False
    on_sale: bool = False
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return any(True for _pair in self.pairs())

    def pairs(self) -> Iterator[Pair]:
        """Return name and value of everything that is narrowed, as in the address."""
        if self.in_stock:
            yield "in_stock", "1"
        if self.on_sale:
            yield "on_sale", "1"
        for name, values in self.chosen.items():
            yield from ((name, value) for value in values)
        for name in ("price_min", "price_max"):
            if self.price(name) is not None:
                yield name, self.price_form.data[name].strip()

    def price(self, name: str) -> int | None:
        """Return a bound in minor units; None when it is open or makes no sense."""
        bound: int | None = self.price_form.cleaned_data.get(name)
        return bound

    def narrow(self, products: ProductQuerySet) -> ProductQuerySet:
        """Keep the products of which one active variant is all that was asked for."""
        for name, path in (("region", "region__slug__in"), ("maker", "maker__slug__in")):
            if name in self.chosen:
                products = products.filter(**{path: self.chosen[name]})
        wanted = self._wanted_variant()
        if not wanted:
            return products
        active = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
        fitting = active.with_current_prices().filter(wanted)
        return products.filter(Exists(fitting))

    def _wanted_variant(self) -> Q:
        wanted = Q()
        if self.in_stock:
            wanted &= Q(on_hand__gt=F("reserved"))
        if self.on_sale:
            wanted &= Q(now_compare_at_minor__isnull=False)
        for name, comparison in (("price_min", "gte"), ("price_max", "lte")):
            if (bound := self.price(name)) is not None:
                wanted &= Q(**{f"now_price_minor__{comparison}": bound})
        for group in self.facets.groups:
            if group.name.startswith("option-") and group.name in self.chosen:
                wanted &= _has_option(group.label, self.chosen[group.name])
        return wanted

    def label(self, name: str, value: str) -> str:
        """Return what a chip says."""
        bound = self.price(name) if name.startswith("price_") else None
        if bound is not None:
            text = gettext("From %(price)s") if name == "price_min" else gettext("Up to %(price)s")
            return text % {"price": display_price(bound)}
        if name in {"in_stock", "on_sale"}:
            return gettext("In stock") if name == "in_stock" else gettext("On sale")
        group = next(group for group in self.facets.groups if group.name == name)
        is_option = name.startswith("option-")
        return f"{group.label}: {group.choices[value]}" if is_option else group.choices[value]


def _has_option(option: str, values: list[str]) -> Q:
    slots = (Q(**{f"product__option{n}_name": option, f"option{n}__in": values}) for n in OPTION_SLOTS)
    first, second, third = slots
    return first | second | third


def read(asked: QueryDict, facets: Facets) -> Filters:
    """Return what the address asks for, as far as this listing has it. No query."""
    chosen = {
        group.name: [value for value in dict.fromkeys(asked.getlist(group.name)) if value in group.choices]
        for group in facets.groups
    }
    prices = PriceForm({name: asked.get(name, "") for name in PriceForm.base_fields}, auto_id="filter-%s")
    prices.is_valid()
    return Filters(
        facets=facets,
        price_form=prices,
        in_stock=asked.get("in_stock") == "1",
        on_sale=asked.get("on_sale") == "1" and facets.has_sale,
        chosen={name: values for name, values in chosen.items() if values},
    )
