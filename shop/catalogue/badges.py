"""The words that tell customers how much is left. Source: docs/stock.md, "Badges"."""

from django.utils.translation import gettext, ngettext


def stock_badge(available: int, threshold: int) -> str:
    """Return the badge for so many available units; empty above the threshold."""
    if available <= 0:
        return gettext("Sold out")
    if available > threshold:
        return ""
    return ngettext("Only %(count)d unit left", "Only %(count)d units left", available) % {"count": available}
