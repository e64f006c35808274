"""Addresses made of data: the one place that quotes. Any text may stand in any part.

Nobody else writes `?`, `&`, `mailto:` or an escape into an address; tests/guards/test_addresses.py looks.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

Pairs = Iterable[tuple[str, object]]


def query(pairs: Pairs) -> str:
    """Return names and values as they stand behind the question mark; those that are None are left out."""
    return urlencode([(name, str(value)) for name, value in pairs if value is not None], errors="replace")


def address(path: str, asked: Mapping[str, object] | Pairs = (), *, anchor: str = "") -> str:
    """Return a path, quoted before, with this question behind it, and the place on the page."""
    pairs = asked.items() if isinstance(asked, Mapping) else asked
    return with_query(path, query(pairs)) + (f"#{segment(anchor)}" if anchor else "")


def with_query(path: str, quoted: str) -> str:
    """Return a path with a question that is quoted already, such as that of a request."""
    return f"{path}?{quoted}" if quoted else path


def full(path: str) -> str:
    """Return a path, quoted before, with the shop's own address in front."""
    return f"{settings.SITE_URL}{path}"


def of_request(request: HttpRequest, asked: Mapping[str, object] | Pairs = ()) -> str:
    """Return the full address of the page that was asked for, with another question."""
    return full(address(escape_uri_path(request.path), asked))


def segment(text: str) -> str:
    """Return a text as one part of an address, whatever is in it."""
    return quote(text, safe="", errors="replace")


def filled(pattern: str, number: str) -> str:
    """Return a pattern such as https://carrier.example/?id={number} with a number in it.

    Empty for a number of dots alone: as a part of a path it would mean another folder.
    """
    is_folder = set(number) <= {"."}
    return "" if is_folder else pattern.replace("{number}", segment(number))


def mail_to(recipient: str) -> str:
    """Return the address that begins a mail to somebody. Source: RFC 6068, section 2."""
    return f"mailto:{quote(recipient, safe='@', errors='replace')}"
