"""What a buyer fills in to withdraw: name, where the receipt goes, and how many units of each line."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.typed_text import NameField
from shop.catalogue import withdrawal_rules
from shop.orders.models import OrderLine
from shop.withdrawals.rights import Right

UNITS = "units_"  # and the line's id: the name of its field


class UnitsField(forms.IntegerField):
    """How many units of a line; never empty, so that nothing is meant by accident."""

    def __init__(self, line: OrderLine, *, most: int) -> None:
        """Take the line and how many of its units can be withdrawn from, which is also the proposal."""
        note = withdrawal_rules.sentence(line.withdrawal_rule)
        range_text = _("0 to %(most)s.") % {"most": most}
        super().__init__(
            label=line.title,
            min_value=0,
            max_value=most,
            initial=most,
            help_text=f"{range_text} {note}".strip(),
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": gettext_lazy("Enter how many, or 0 to keep it."),
                "invalid": gettext_lazy("Enter a whole number, such as 1."),
                "min_value": gettext_lazy("Enter 0 or more."),
                "max_value": gettext_lazy("You can withdraw from at most %(limit_value)s."),
            },
        )


class WithdrawalForm(forms.Form):
    """The statement; everything is filled in already, and can be changed."""

    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail for the receipt"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Enter the address that the receipt goes to.")},
    )

    def __init__(self, data: Any = None, *, right: Right) -> None:
        """Propose all that can be withdrawn from."""
        order = right.order
        super().__init__(data, initial={"name": order.name, "email": order.email})
        self.right = right
        for line in order.lines.all():
            if line.pk in right.units:
                self.fields[f"{UNITS}{line.pk}"] = UnitsField(line, most=right.units[line.pk])

    def clean(self) -> dict[str, Any]:
        """Refuse a statement about nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(name.startswith(UNITS) for name in self.errors) and not self.units:
            self.add_error(self._names[0], _("Choose at least one unit to withdraw from."))
        return cleaned

    @property
    def _names(self) -> list[str]:
        return [f"{UNITS}{pk}" for pk in self.right.units]

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """The fields of the lines."""
        return [self[name] for name in self._names]

    @cached_property
    def units(self) -> dict[int, int]:
        """Line id -> units that were chosen."""
        chosen = {pk: self.cleaned_data.get(f"{UNITS}{pk}") or 0 for pk in self.right.units}
        return {pk: count for pk, count in chosen.items() if count}
