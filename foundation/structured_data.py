"""Structured data for search engines: JSON-LD in a page, which no browser runs.

Source: https://schema.org, https://developers.google.com/search/docs/appearance/structured-data
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

CONTEXT = "https://schema.org"
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
Thing = dict[str, Any]


def script(*things: Thing) -> SafeString:
    """Return one JSON-LD block of these things; empty values are left out, and no text can end the block."""
    graph = {"@context": CONTEXT, "@graph": [_without_blanks(thing) for thing in things]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    block = f'<script type="application/ld+json">{text}</script>'
    return mark_safe(block)  # noqa: S308  # nosec B308,B703 - <, > and & are escaped above


def breadcrumbs(crumbs: list[tuple[str, str | None]], *, site_url: str, here: str) -> Thing:
    """Return the BreadcrumbList of (label, path) pairs; the last one is the page at `here`."""
    items = [
        {
            "@type": "ListItem",
            "position": n,
            "name": label,
            "item": f"{site_url}{path}" if path else here,
        }
        for n, (label, path) in enumerate(crumbs, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_blanks(item) for key, item in value.items() if item not in ("", None, [], {})}
    return [_without_blanks(item) for item in value] if isinstance(value, list) else value
