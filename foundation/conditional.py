"""Answers that a reader may have already: 304 while nothing in them changed. Source: RFC 9110, section 13."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from foundation import freshness


def answer(
    request: HttpRequest, body: str | bytes, *, content_type: str, changed: Iterable[dt.datetime | None] = ()
) -> HttpResponse:
    """Return a text, or 304 to who has this very one; the ETag is made of its bytes.

    Last-Modified is the latest of the last public change and of these moments, never too early: a reader
    who asks by the date alone may get the same text twice, but no old one. No query when warm.
    """
    response = HttpResponse(body, content_type=content_type)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    moments = [moment for moment in (freshness.changed_at(), *changed) if moment]
    seconds = int(max(moments).timestamp()) if moments else None
    answered = get_conditional_response(request, etag, seconds, response)
    response = answered if isinstance(answered, HttpResponse) else response
    _describe(response, etag, seconds)
    return response


def _describe(response: HttpResponse, etag: str, seconds: int | None) -> None:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
