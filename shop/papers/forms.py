"""The period and kind of a report."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAYS = [MinValueValidator(dt.date(1970, 1, 1)), MaxValueValidator(dt.date(2999, 12, 31))]


class ReportForm(forms.Form):
    """From when to when, and what about."""

    since = forms.DateField(
        label=_("From"), validators=DAYS, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"),
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("This day is included."),
    )
    about = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("orders", _("Orders: a line for each order paid in the period")),
            ("taxes", _("Taxes: a line for each invoice, credit note and rate")),
        ],
        widget=forms.RadioSelect,
        initial="orders",
    )

    def __init__(self, data: Any = None) -> None:
        """Propose the year so far."""
        today = timezone.localdate()
        super().__init__(data, initial={"since": today.replace(month=1, day=1), "until": today})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return cleaned
