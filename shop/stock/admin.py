"""Stock in the admin: the book of movements, and products with what is on hand."""

from typing import Any

from django.contrib import admin
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import links
from foundation.staff_admin import StaffAdmin
from shop.catalogue.admin import ProductAdmin, VariantInline
from shop.catalogue.models import Product, Variant
from shop.stock import reservations
from shop.stock.forms import MovementForm, StockedVariantForm
from shop.stock.models import StockMovement


@admin.register(StockMovement)
class StockMovementAdmin(StaffAdmin):
    """The book of stock: to read, and to write a new line; no line is ever changed."""

    form = MovementForm
    list_display = ["at", "variant", "kind", "change", "reference", "staff", "note"]
    list_filter = ["kind", "at"]
    list_select_related = ["variant__product", "staff"]
    list_per_page = 100
    search_fields = ["variant__sku", "variant__product__title", "reference"]
    search_help_text = _("SKU, product or reference")
    autocomplete_fields = ["variant"]
    actions = None

    @admin.display(description=_("change"), ordering="delta")
    def change(self, movement: StockMovement) -> str:
        """Return the change with its sign."""
        return f"{movement.delta:+d}"

    def get_fields(self, request: HttpRequest, obj: StockMovement | None = None) -> list[Any]:
        """Show all of a line; ask for what a new one needs."""
        if obj:
            return ["variant", "kind", "delta", "reference", "note", "staff", "at"]
        return ["variant", "kind", "units", "note", "reference", "opened"]

    def has_change_permission(self, request: HttpRequest, obj: StockMovement | None = None) -> bool:
        """Refuse: a wrong line is mended by another line."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StockMovement | None = None) -> bool:
        """Refuse: the book keeps every line."""
        return False

    def save_model(self, request: HttpRequest, obj: StockMovement, form: Any, change: bool) -> None:
        """Change the stock; the form has locked the variant and made sure that it can be done."""
        data = form.cleaned_data
        movement = reservations.adjust(
            variant_id=data["variant"].pk, delta=data["delta"], kind=data["kind"],
            reference=data["reference"], note=data["note"], staff=request.user,
        )  # fmt: skip
        obj.__dict__.update(movement.__dict__)


class StockedVariantInline(VariantInline):
    """Variants with what is on hand, reserved and available, and the way to change it."""

    form = StockedVariantForm
    readonly_fields = ["stock"]
    fieldsets = [
        (None, {"fields": [*VariantInline.fieldsets[0][1]["fields"], "stock", "opening_stock"]}),
    ]

    @admin.display(description=_("stock"))
    def stock(self, variant: Variant) -> str:
        """Show the numbers, with links to change them and to the history of prices."""
        if not variant.pk:
            return "–"
        numbers = gettext("%(on_hand)d on hand, %(reserved)d reserved, %(available)d available") % {
            "on_hand": variant.on_hand, "reserved": variant.reserved, "available": variant.available,
        }  # fmt: skip
        return format_html(
            '{} · <a href="{}">{}</a> · <a href="{}">{}</a>',
            numbers, links.address(reverse("admin:shop_stockmovement_add"), {"variant": variant.pk}),
            gettext("Change stock"),
            reverse("admin:shop_variant_history", args=[variant.pk]), gettext("History"),
        )  # fmt: skip


@admin.register(Product)
class StockedProductAdmin(ProductAdmin):
    """Products with their stock."""

    inlines = [StockedVariantInline, *ProductAdmin.inlines[1:]]
    list_display = [*ProductAdmin.list_display[:-1], "available", ProductAdmin.list_display[-1]]

    @admin.display(description=_("available"), ordering="card_available")
    def available(self, product: Product) -> str:
        """Show the units of all active variants that can be bought now."""
        badge = product.badge(product.card_available)
        return f"{product.card_available} ({badge})" if badge else str(product.card_available)

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Product],
        formset: BaseInlineFormSet[Any, Any, Any],
        change: bool,
    ) -> None:
        """Save the rows; new variants get their opening stock as a movement."""
        super().save_formset(request, form, formset, change)
        if formset.model is not Variant:
            return
        new = {id(variant) for variant in formset.new_objects}
        for row in formset.forms:
            units = row.cleaned_data.get("opening_stock") if id(row.instance) in new else None
            if units:
                reservations.adjust(
                    variant_id=row.instance.pk, delta=units, kind=StockMovement.Kind.OPENING,
                    reference="opening", staff=request.user,
                )  # fmt: skip
