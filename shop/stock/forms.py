"""Forms that change stock: a movement with its reason, and the opening stock of a new variant."""

import secrets
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import edit_conflicts
from shop.catalogue.forms import VariantForm
from shop.catalogue.models import Variant
from shop.stock.models import StockMovement
from shop.stock.reservations import shortage_text

MOST = 1_000_000  # units in one movement
Kind = StockMovement.Kind
BY_HAND = (Kind.RECEIVED, Kind.COUNTED, Kind.DAMAGED)


def new_reference() -> str:
    """Return a name for a movement made by hand; a form sent twice carries it twice."""
    return f"desk {timezone.localdate():%Y-%m-%d} {secrets.token_hex(3)}"


def new_opening() -> str:
    """Return what the form carries, signed: when it was opened."""
    return edit_conflicts.write(StockMovement, edit_conflicts.Seen(timezone.now(), {}))


class MovementForm(forms.ModelForm[StockMovement]):
    """A change of stock as staff writes it down. `clean()` locks the variant until the transaction ends."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.value, kind.label) for kind in (Kind.RECEIVED, Kind.COUNTED, Kind.DAMAGED)],
    )
    units = forms.IntegerField(
        label=_("Units"), min_value=0, max_value=MOST,
        help_text=_("Received or damaged: how many. Counted: how many lie there, paid ones left out."),
    )  # fmt: skip
    note = forms.CharField(label=_("Reason"), max_length=200)
    reference = forms.RegexField(
        r"^desk \d{4}-\d\d-\d\d [0-9a-f]{6}$", widget=forms.HiddenInput, initial=new_reference
    )

    opened = forms.CharField(widget=forms.HiddenInput, initial=new_opening, required=False)

    class Meta:
        model = StockMovement
        fields = ["variant", "kind", "units", "note", "reference"]

    def clean(self) -> dict[str, Any]:
        """Turn the units into a change; refuse one that does nothing or takes what is held."""
        data = super().clean() or self.cleaned_data
        variant, kind, units = (data.get(name) for name in ("variant", "kind", "units"))
        if variant is None or kind is None or units is None:
            return data
        locked = Variant.objects.select_for_update().get(pk=variant.pk)
        data["delta"] = {Kind.DAMAGED: -units, Kind.COUNTED: units - locked.on_hand}.get(kind, units)
        if data["delta"] == 0:
            self.add_error("units", _("That changes nothing: the book says the same already."))
        elif locked.available + data["delta"] < 0:
            self.add_error("units", _shortage(locked))
        elif kind == Kind.COUNTED and (booked := self._booked_since(variant)):
            self.add_error("units", booked)
        elif self._is_recorded(variant, data.get("reference")):
            self.add_error(None, _("This movement is in the book already: the form was sent twice."))
        return data

    def _booked_since(self, variant: Variant) -> str:
        """Return what somebody booked of a variant while it was counted; sales are not counted anyway."""
        seen = edit_conflicts.read(StockMovement, self.data.get("opened", ""))
        if seen is None:
            return ""
        by_hand = variant.movements.filter(at__gt=seen.at, staff__isnull=False, kind__in=BY_HAND)
        latest = by_hand.select_related("staff").order_by("pk").last()
        if latest is None:
            return ""
        self.data = dict(self.data.items()) | {"opened": new_opening()}
        return gettext(
            "%(who)s booked %(delta)+d (%(kind)s) at %(at)s, while you had this form open. Count again, or "
            "save again if your count has it in."
        ) % {
            "who": latest.staff, "delta": latest.delta, "kind": latest.get_kind_display(),
            "at": date_format(timezone.localtime(latest.at), "H:i"),
        }  # fmt: skip

    def _is_recorded(self, variant: Variant, reference: str | None) -> bool:
        return StockMovement.objects.filter(variant=variant, reference=reference).exists()


def _shortage(variant: Variant) -> str:
    held = _("%(count)d of the %(on_hand)d units on hand are held for orders.") % {
        "count": variant.reserved, "on_hand": variant.on_hand,
    }  # fmt: skip
    return f"{shortage_text(variant.available)} {held}" if variant.available else held


class StockedVariantForm(VariantForm):
    """A variant; a new one may come with its first stock."""

    opening_stock = forms.IntegerField(
        label=_("Opening stock"), min_value=0, max_value=MOST, required=False,
        help_text=_("Later changes are stock movements."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the opening stock to new variants only."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opening_stock"].disabled = True
            self.fields["opening_stock"].widget = forms.HiddenInput()
