"""Answers that a reader may have already: 304 while nothing in them changed. Source: RFC 9110, section 13."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from foundation import freshness

Moments = Iterable[dt.datetime | None]


def answer(
    request: HttpRequest, body: str | bytes, *, content_type: str, changed: Moments = ()
) -> HttpResponse:
    """Return a text, or 304 to who has this very one; the ETag is made of its bytes.

    Last-Modified is the latest of the last public change and of these moments, never too early: a reader
    who asks by the date alone may get the same text twice, but no old one. No query when warm.
    """
    whole = body.encode() if isinstance(body, str) else body
    return _answer(request, _tag(whole), lambda: whole, content_type, changed)


def answer_made_of(
    request: HttpRequest,
    facts: object,
    make: Callable[[], str],
    *,
    content_type: str,
    changed: Moments = (),
) -> HttpResponse:
    """Return what `make()` makes of `facts`, or 304 to who has that: then nothing is made.

    `facts` is all that goes into the text, the code that writes it included (`code_of`), with a `repr()` that
    is always the same for the same; `columns` gives that of a row. Last-Modified as in `answer`.
    """
    tag = _tag(repr((settings.SITE_URL, facts)).encode(errors="surrogatepass"))
    return _answer(request, tag, make, content_type, changed)


def columns(row: Model | None) -> tuple[Any, ...]:
    """Return everything that the database holds of a row. No query unless some of it was deferred."""
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields) if row else ()


@cache
def code_of(*modules: ModuleType) -> str:
    """Return what another release writes differently: a hash over the source of modules."""
    return _tag(b"".join(Path(str(module.__file__)).read_bytes() for module in modules))


def _tag(whole: bytes) -> str:
    return f'"{hashlib.sha256(whole).hexdigest()[:32]}"'


def _answer(
    request: HttpRequest, tag: str, make: Callable[[], str | bytes], content_type: str, changed: Moments
) -> HttpResponse:
    moments = [moment for moment in (freshness.changed_at(), *changed) if moment]
    seconds = int(max(moments).timestamp()) if moments else None
    told = get_conditional_response(request, tag, seconds)
    response = told if isinstance(told, HttpResponse) else HttpResponse(make(), content_type=content_type)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
    return response
