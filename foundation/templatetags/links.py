"""Addresses made of data, in templates: foundation.links does the quoting."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from foundation import links

register = template.Library()


@register.simple_tag
def address(path: str, **asked: Any) -> str:
    """Return a path with this question behind it: {% address path order=order.number %}."""
    return links.address(path, asked)


@register.simple_tag
def page_address(kept: str, number: int, name: str = "page") -> str:
    """Return where another page of the same list is; `kept` is what its address keeps, quoted before."""
    page = links.query([(name, number)])
    return links.with_query("", f"{kept}&{page}" if kept else page)


@register.filter
def mailto(recipient: str) -> str:
    """Return the address that begins a mail to somebody: {{ shop.email|mailto }}."""
    return links.mail_to(recipient)


@register.filter
def markdown_text(text: str) -> SafeString:
    """Return a text as one line of Markdown in which nothing is a mark. For plain-text pages alone."""
    line = " ".join(str(text).split())
    return mark_safe("".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in line))  # noqa: S308  # nosec
