"""The form that calls a difference settled."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SettleForm(forms.Form):
    """Why nothing has to be done any more."""

    note = forms.CharField(
        label=_("How it was settled"),
        max_length=150,
        help_text=_("For your own records, such as: paid back by bank transfer on 3 November."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
