"""A limit on how often one address may change a cart, check out or change an order."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation import limits

View = Callable[..., HttpResponse]


def limited(rate: Callable[[], tuple[int, int]]) -> Callable[[View], View]:
    """Answer 429 with a page that says when to try again, beyond `rate()` POSTs per address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            key = limits.client_key(request)
            verdict = limits.take(bucket=view.__name__, key=key, rate=rate())
            if verdict.is_allowed:
                return view(request, *args, **kwargs)
            return too_often(request, verdict.retry_after_seconds)

        return wrapped

    return decorate


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say when to try again; 429 with Retry-After."""
    return ask_to_wait(render(request, "429.html", {"seconds": seconds}), seconds)


def ask_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Make a page that says when to try again a 429 with Retry-After."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response
