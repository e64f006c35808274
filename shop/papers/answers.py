"""Papers as answers to a browser: stored nowhere on the way, found by no search engine, plainly named."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from shop.papers import drawing
from shop.papers.models import Paper


def of_paper(request: HttpRequest, paper: Paper) -> HttpResponseBase:
    """Return a paper's PDF, to be shown in the browser; 503 for a moment while somebody else draws it."""
    name = f"{paper.slug}.pdf"
    try:
        return document(drawing.of_paper(paper), name=name)
    except drawing.BeingDrawn as drawn:
        page = render(
            request, "shop/papers/being_drawn.html", {"paper": paper, "address": request.path}, status=503
        )
        page["Retry-After"] = str(drawn.retry_after_seconds)
        return _private(page, "inline", "wait.html")


def document(content: bytes, *, name: str) -> HttpResponseBase:
    """Return a PDF under an ASCII name, to be shown in the browser."""
    return _private(HttpResponse(content, content_type="application/pdf"), "inline", name)


def csv(text: str, *, name: str) -> HttpResponseBase:
    """Return a CSV file for spreadsheets: UTF-8 with its mark."""
    content = text.encode("utf-8-sig")
    return _private(HttpResponse(content, content_type="text/csv; charset=utf-8"), "attachment", name)


def archive(parts: Iterable[bytes], *, name: str) -> HttpResponseBase:
    """Return a ZIP that is sent while it is made."""
    return _private(StreamingHttpResponse(parts, content_type="application/zip"), "attachment", name)


def _private(response: HttpResponseBase, disposition: str, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'{disposition}; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    add_never_cache_headers(response)
    return response
