"""A limit on how often one address may change a cart, check out or change an order."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from foundation import limits
from foundation.waiting import ask_to_wait, too_often

__all__ = ["ask_to_wait", "limited", "too_often"]

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
