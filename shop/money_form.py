"""Form fields for numbers that are stored as whole units and written as decimals: prices, percents."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop import money

LARGEST = 2_147_483_647  # what a PositiveIntegerField holds on every database


class ScaledField(forms.DecimalField):
    """A decimal that becomes a whole number of its smallest unit: with two decimals 44.5 gives 4450.

    Refuses more decimals, negative numbers and what is no number at all.
    """

    def __init__(self, *, decimals: int, largest: int = LARGEST, **options: Any) -> None:
        """Take the number of decimals and the largest whole number allowed."""
        self.decimals = decimals
        options["max_value"] = Decimal(largest).scaleb(-decimals)
        super().__init__(decimal_places=decimals, min_value=Decimal(0), **options)

    def clean(self, value: Any) -> int | None:
        """Return the whole number, or None for an empty optional field. Raises ValidationError."""
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(self.decimals))

    def prepare_value(self, value: Any) -> Any:
        """Write a stored whole number as a decimal; what somebody typed stays as it is."""
        return Decimal(value).scaleb(-self.decimals) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether what was typed means another number than the stored one."""
        if self.disabled:
            return False
        try:
            return self.to_python(data) != self.to_python(self.prepare_value(initial))
        except (ValidationError, InvalidOperation):
            return True


class MoneyField(ScaledField):
    """A price in the shop's currency, typed as `44.00`, given as integer minor units.

    Refuses what can never be charged: the last of three decimals must be 0.
    """

    def __init__(self, *, currency: str | None = None, **options: Any) -> None:
        """Take the currency; the shop's own unless given."""
        self.currency = currency or settings.SHOP_CURRENCY
        options.setdefault("help_text", _("In %(currency)s.") % {"currency": self.currency})
        super().__init__(decimals=money.exponent(self.currency), **options)

    def clean(self, value: Any) -> int | None:
        """Return minor units that can be charged, or None for an empty optional field."""
        amount_minor = super().clean(value)
        if amount_minor is not None and amount_minor % money.charge_step(self.currency):
            text = _(
                "The last decimal must be 0: %(currency)s amounts such as 4.120 can be charged, 4.125 cannot."
            )
            raise ValidationError(text, code="not_chargeable", params={"currency": self.currency})
        return amount_minor


class PercentField(ScaledField):
    """A rate typed in percent as `7.25`, given as basis points."""

    def __init__(self, **options: Any) -> None:
        """Allow 0 to 100 %."""
        super().__init__(decimals=2, largest=10_000, **options)


class TaxRateField(ScaledField):
    """A tax rate typed in percent as `9.975`, given as thousandths of a percent."""

    def __init__(self, **options: Any) -> None:
        """Allow 0 to 100 %."""
        super().__init__(decimals=3, largest=100_000, **options)

    def prepare_value(self, value: Any) -> Any:
        """Write a stored rate without zeros at its end."""
        return f"{Decimal(value).scaleb(-3).normalize():f}" if isinstance(value, int) else value
