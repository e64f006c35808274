"""Which methods an address takes: a view says it once, for its own refusals and for `Allow`."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import Resolver404, resolve
from django.views.decorators import http

METHODS = ("GET", "HEAD", "POST")  # of a view that names none, such as the admin's forms
SAFE = ("GET", "HEAD")

View = TypeVar("View", bound=Callable[..., Any])


def _require(methods: tuple[str, ...]) -> Callable[[View], View]:
    """Refuse all other methods as Django's decorator does, and let the view tell which it takes."""

    def decorate(view: View) -> View:
        guarded: Any = http.require_http_methods(list(methods))(view)
        guarded.methods = methods
        return guarded

    return decorate


require_any = _require(METHODS)
require_safe = _require(SAFE)
require_POST = _require(("POST",))  # noqa: N816 - as Django's own


def taken_at(path: str) -> tuple[str, ...] | None:
    """Return the methods of the address; None where there is none."""
    if path.startswith(settings.STATIC_URL):
        return SAFE
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    taken: tuple[str, ...] = getattr(view, "methods", METHODS)
    return taken
