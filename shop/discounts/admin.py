"""Discount codes in the admin: what they take off, of what, when and how often; and who used them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import inlines
from foundation.setup_checks import some
from foundation.staff_admin import StaffAdmin
from shop.discounts.models import DiscountCode, DiscountUse, normalised
from shop.money_form import MoneyField, PercentField

Scope = DiscountCode.Scope


class DiscountCodeForm(forms.ModelForm[DiscountCode]):
    """A code; its percentage and amounts as people write them."""

    percent_basis_points = PercentField(
        label=_("Percentage"), required=False, help_text=_("Such as 10 or 12.5.")
    )
    amount_minor = MoneyField(label=_("Amount"), required=False)
    minimum_minor = MoneyField(label=_("From this sum of items"), required=False)
    scope = forms.ChoiceField(
        label=_("Applies to"), choices=Scope.choices, widget=forms.RadioSelect, required=False
    )

    class Meta:
        model = DiscountCode
        fields = [
            "code", "kind", "percent_basis_points", "amount_minor", "scope", "products", "collections",
            "minimum_minor", "starts_at", "ends_at", "most_uses", "most_uses_each", "is_active",
        ]  # fmt: skip

    def clean_scope(self) -> str:
        """Return the choice; a form without one keeps what was, and a new code is for what it names."""
        return str(self.cleaned_data["scope"] or ("" if self.instance.pk is None else self.instance.scope))

    def clean_code(self) -> str:
        """Return the code as it is compared. Raises ValidationError for one that is only spaces or taken."""
        code = normalised(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("Enter letters or digits."))
        if DiscountCode.objects.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is such a code already: %(code)s."), params={"code": code})
        return code

    def clean(self) -> dict[str, Any]:
        """Read empty numbers as none, and put a missing one next to its field."""
        data = super().clean() or {}
        for name in ("percent_basis_points", "amount_minor", "minimum_minor"):
            if name not in self.errors:
                data[name] = data.get(name) or 0
        wanted = {"percent": "percent_basis_points", "amount": "amount_minor"}.get(str(data.get("kind")))
        for name in ("percent_basis_points", "amount_minor"):
            if name == wanted and name not in self.errors and not data[name]:
                self.add_error(name, _("Say how much the code takes off."))
            elif name != wanted and data.get(name):
                self.add_error(name, _("Leave this empty: the code is of another kind."))
        self._check_scope(data)
        return data

    def _check_scope(self, data: dict[str, Any]) -> None:
        """Refuse a choice that contradicts what is chosen: neither may mean everything by accident."""
        if not {"scope", "products", "collections"} <= data.keys():
            return
        has_chosen = bool(data["products"] or data["collections"])
        is_switched = "scope" in self.changed_data and data["scope"] == Scope.ALL
        if has_chosen and not is_switched:
            data["scope"] = Scope.CHOSEN
        data["scope"] = data["scope"] or Scope.ALL
        if is_switched and has_chosen:
            text = _("Products or collections are chosen below: choose “only these”, or take them out.")
            self.add_error("scope", text)
        elif data["scope"] == Scope.CHOSEN and not has_chosen and not self._was_for_nothing():
            self.add_error("scope", _("Choose at least one product or collection below."))

    def _was_for_nothing(self) -> bool:
        """Tell whether all that this code was for is gone; it can still be read, named and switched off."""
        return DiscountCode.objects.for_nothing().filter(pk=self.instance.pk).exists()


class UseInline(inlines.TabularInline):
    """Which orders used it; written by the shop alone."""

    model = DiscountUse
    fields = ["reference", "at", "given_back_at"]
    readonly_fields = ["reference", "at", "given_back_at"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("used by")

    def has_add_permission(self, request: HttpRequest, obj: DiscountCode | None = None) -> bool:
        """Refuse to add one: uses come from orders."""
        return False


@admin.register(DiscountCode)
class DiscountCodeAdmin(StaffAdmin):
    """The shop's discount codes, newest first."""

    form = DiscountCodeForm
    list_display = ["code", "effect", "limited_to", "used", "starts_at", "ends_at", "is_active"]
    list_filter = ["is_active", "kind"]
    search_fields = ["code"]
    filter_horizontal = ["products", "collections"]
    inlines = [UseInline]
    fieldsets = [
        (None, {"fields": ["code", "is_active"]}),
        (_("What it takes off"), {"fields": ["kind", "percent_basis_points", "amount_minor"]}),
        (_("Of what"), {"fields": ["scope", "products", "collections", "minimum_minor"]}),
        (_("When and how often"), {"fields": ["starts_at", "ends_at", "most_uses", "most_uses_each"]}),
    ]

    @admin.display(description=_("takes off"))
    def effect(self, code: DiscountCode) -> str:
        """Return such as "10%" or "$5.00"."""
        return code.effect

    def get_queryset(self, request: HttpRequest) -> QuerySet[DiscountCode]:
        """Load what a code is for along."""
        return super().get_queryset(request).prefetch_related("products", "collections")

    @admin.display(description=_("applies to"))
    def limited_to(self, code: DiscountCode) -> str:
        """Return such as "everything", "Flutes, Krin", or that nothing is left."""
        if code.is_for_everything:
            return gettext("everything")
        named = [str(chosen) for chosen in (*code.collections.all(), *code.products.all())]
        return some(named) if named else gettext("nothing any more")

    @admin.display(description=_("used"))
    def used(self, code: DiscountCode) -> str:
        """Return how often it was used, and of how many times."""
        if code.most_uses is None:
            return str(code.uses)
        return _("%(uses)d of %(most)d") % {"uses": code.uses, "most": code.most_uses}
