"""Codes that apply to nothing any more, and codes that soon would."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.setup_checks import Missing, some
from shop.catalogue.models import Collection, Product
from shop.discounts.models import DiscountCode


def codes_apply_to_something() -> Iterator[Missing]:
    """Name active codes of which all products and collections are gone. One query."""
    for code in DiscountCode.objects.for_nothing().filter(is_active=True):
        text = _("The discount code %(code)s applies to nothing any more: what it was for was deleted.")
        yield Missing(text % {"code": code}, reverse("admin:shop_discountcode_change", args=[code.pk]))


def codes_of(rows: Sequence[Any]) -> Iterator[str]:
    """Tell what becomes of codes that these products or collections are chosen for. Three queries."""
    names = {Product: "products", Collection: "collections"}
    field = names[type(rows[0])]
    touched = DiscountCode.objects.filter(**{f"{field}__in": rows}).distinct().order_by("code")
    for code in touched.prefetch_related("products", "collections"):
        left = [*code.products.all(), *code.collections.all()]
        if all(chosen in rows for chosen in left):
            text = _("The discount code %(code)s is for this alone: without it, it applies to nothing.")
            yield text % {"code": code}
        else:
            words = {"code": code, "left": some([str(chosen) for chosen in left if chosen not in rows])}
            yield _("The discount code %(code)s is for this too; what is left of it: %(left)s.") % words
