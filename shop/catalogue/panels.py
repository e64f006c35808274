"""Panels under a product that other apps offer, such as the articles that mention it.

config/wiring.py registers them; the shop knows none of them by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from shop.catalogue.models import Product

Offer = Callable[[Product], list[tuple[str, str, dict[str, Any]]]]

_offers: list[Offer] = []


@dataclass(frozen=True, slots=True)
class Panel:
    """One section under a product: its heading and its rendered contents."""

    title: str
    html: SafeString


def register(offer: Offer) -> None:
    """Show what `offer(product)` returns: (title, template, context) of each panel; once only."""
    if offer not in _offers:
        _offers.append(offer)


def for_product(product: Product) -> list[Panel]:
    """Return the panels of a product, in the order of registration."""
    found = (panel for offer in _offers for panel in offer(product))
    return [Panel(title, render_to_string(template, context)) for title, template, context in found]
