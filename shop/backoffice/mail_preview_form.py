"""Which mail to look at, and about which order."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.backoffice import mail_previews
from shop.orders.models import Order

LARGEST_NUMBER = 2_147_483_647  # of the database's integers


class PreviewForm(forms.Form):
    """A mail and an order by its number; without one, the newest. `cleaned_data["order"]` is the order."""

    message = forms.ChoiceField(label=gettext_lazy("Mail"))
    order = forms.CharField(
        label=gettext_lazy("Order number"),
        required=False,
        help_text=gettext_lazy("Such as 1042. Empty: the newest order."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any) -> None:
        """Offer the mails there are, the first one to begin with."""
        names = mail_previews.messages()
        super().__init__({"message": next(iter(names)), "order": ""} | data.dict())
        field = self.fields["message"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = list(names.items())

    def clean_order(self) -> Order:
        """Return the order of this number. One query."""
        number = self.cleaned_data["order"].removeprefix("#").strip()
        if not number:
            return self._newest()
        is_number = number.isascii() and number.isdigit() and int(number[:12]) <= LARGEST_NUMBER
        order = Order.objects.filter(number=int(number[:12])).first() if is_number else None
        if order is None:
            raise forms.ValidationError(_("There is no order %(number)s.") % {"number": number[:20]})
        return order

    def _newest(self) -> Order:
        order = Order.objects.order_by("-number").first()
        if order is None:
            raise forms.ValidationError(_("There is no order yet: previews show real ones."))
        return order
