"""Prove that the book of movements and the counters agree."""

from django.db.models import F, IntegerField, Sum
from django.db.models.functions import Coalesce

from shop.catalogue.models import Variant


def on_hand_differences() -> list[str]:
    """Return a line for each variant whose movements do not add up to what is on hand. One query."""
    booked = Coalesce(Sum("movements__delta"), 0, output_field=IntegerField())
    wrong = Variant.objects.annotate(booked=booked).exclude(booked=F("on_hand")).order_by("sku")
    return [f"{v.sku}: on hand {v.on_hand}, movements add up to {v.booked}" for v in wrong]
