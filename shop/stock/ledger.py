"""Prove that the book of movements and the counters agree."""

from django.db.models import F, IntegerField, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shop.catalogue.models import Variant


def differences(*, variant_id: int | None = None) -> dict[int, str]:
    """Return variant id -> sentence where movements do not add up to what is on hand. One query.

    `variant_id` looks at one variant alone.
    """
    booked = Coalesce(Sum("movements__delta"), 0, output_field=IntegerField())
    variants = Variant.objects.all() if variant_id is None else Variant.objects.filter(pk=variant_id)
    wrong = variants.annotate(booked=booked).exclude(booked=F("on_hand")).order_by("sku")
    return {v.pk: _sentence(v.sku, v.on_hand, v.booked) for v in wrong}


def _sentence(sku: str, on_hand: int, booked: int) -> str:
    words = {"sku": sku, "on_hand": on_hand, "booked": booked}
    return _("%(sku)s: on hand %(on_hand)d, movements add up to %(booked)d") % words


def on_hand_differences() -> list[str]:
    """Return a line for each variant whose movements do not add up to what is on hand. One query."""
    return list(differences().values())
