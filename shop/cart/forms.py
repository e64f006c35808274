"""Quantities as people type them."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.cart import basket
from shop.cart.models import CartLine


class QuantityField(forms.IntegerField):
    """A whole number of units, at least `min_value`."""

    def __init__(self, min_value: int = 1) -> None:
        """Give each mistake a sentence of its own."""
        super().__init__(
            min_value=min_value,
            max_value=basket.MOST_UNITS,
            error_messages={
                "required": gettext_lazy("Enter a quantity."),
                "invalid": gettext_lazy("Enter a whole number, such as 1."),
                "min_value": gettext_lazy("Enter at least %(limit_value)s."),
                "max_value": gettext_lazy("Enter at most %(limit_value)s."),
            },
        )


class AddForm(forms.Form):
    """How many units the product page's form asks for."""

    quantity = QuantityField()


class LinesForm(forms.Form):
    """The cart page's form: one quantity a line, 0 removes it.

    `was-…` is what the page showed: a quantity that nobody changed is left as the cart has it by now.
    """

    def __init__(
        self, data: Mapping[str, str] | None, *, lines: list[CartLine], own: Mapping[int, int]
    ) -> None:
        """Make a field for each line; a missing one keeps its quantity."""
        self.own = own
        self.lines = {f"quantity-{line.pk}": line for line in lines}
        kept = {name: str(line.quantity) for name, line in self.lines.items()}
        posted = {name: data[name] for name in kept if is_changed(data, name)} if data is not None else {}
        super().__init__(kept | posted if data is not None else None)
        for name in self.lines:
            self.fields[name] = QuantityField(min_value=0)

    def clean(self) -> dict[str, int]:
        """Refuse more units than are available, line by line."""
        cleaned: dict[str, int] = super().clean() or {}
        for name, line in self.lines.items():
            quantity = cleaned.get(name)
            left = basket.units_for_sale(line.variant, own=self.own)
            if quantity and quantity != line.quantity and (wrong := basket.shortage(quantity, left)):
                self.add_error(name, wrong)
        return cleaned

    @property
    def quantities(self) -> dict[int, int]:
        """Line id -> units, once valid."""
        return {line.pk: self.cleaned_data[name] for name, line in self.lines.items()}


def is_changed(data: Mapping[str, str], name: str) -> bool:
    """Whether a quantity was typed, and is not just what the page showed."""
    return name in data and data[name] != data.get(f"was-{name}")


def unknown_item() -> str:
    """Return what a buyer reads who asked for something the shop does not have."""
    return _("We do not know this item. It may have been taken out of the shop.")
