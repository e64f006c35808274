"""Pages leave compressed, with brotli or gzip, at a level that costs less than half a millisecond.

Static files were compressed at the start and pictures are compressed by nature: neither passes here.
Why a page with a CSRF token may be compressed: docs/decisions/0009-pages-are-compressed-by-the-shop.md
"""

import gzip
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

LEAST_BYTES = 500  # below, the answer fits a packet anyway
TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "application/rss+xml")
BROTLI_QUALITY, GZIP_LEVEL = 3, 4
ENCODERS: dict[str, Callable[[bytes], bytes]] = {  # best first
    "br": lambda data: bytes(brotli.compress(data, quality=BROTLI_QUALITY)),
    "gzip": lambda data: gzip.compress(data, GZIP_LEVEL, mtime=0),
}


def compress_texts(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Compress answers that are whole and text, in the best way that the browser accepts."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and _gains(response):
            patch_vary_headers(response, ("Accept-Encoding",))
            if encoding := accepted(request.headers.get("Accept-Encoding", "")):
                _compress(response, encoding)
        return response

    return middleware


def accepted(header: str) -> str | None:
    """Return the best of our encodings that an Accept-Encoding header names and does not refuse."""
    named = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        named[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ENCODERS if named.get(name)), None)


def _gains(response: HttpResponse) -> bool:
    is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
    return is_text and len(response.content) >= LEAST_BYTES and not response.has_header("Content-Encoding")


def _compress(response: HttpResponse, encoding: str) -> None:
    response.content = ENCODERS[encoding](response.content)
    response.headers["Content-Encoding"] = encoding
    response.headers["Content-Length"] = str(len(response.content))
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"  # the same text in other bytes
