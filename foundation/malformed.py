"""Requests that no browser of ours sends: odd bytes end as a 400 with our page, never as a 500.

What cannot be read is refused before a view sees it. An error that only odd input can cause becomes a 400
and is logged with its traceback; every other error stays what it is, a defect of ours.
"""

import codecs
import logging
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, FieldError
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DatabaseError, DataError, OperationalError
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import get_resolver

CHARSETS = {"utf-8", "ascii"}  # what pages of ours make browsers send
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_QUESTIONS = (ValueError, OverflowError, LookupError, FieldError, DataError, TypeError)
_CAUSED_BY_TEXT = re.compile(r"NUL|surrogates not allowed|invalid byte sequence|unsupported Unicode escape")

logger = logging.getLogger(__name__)


class Request(WSGIRequest):
    """A request whose content type may be anything at all."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (LookupError, ValueError):  # a parameter in a charset that is none, a NUL
            self.content_type, self.content_params = "", {"charset": "unreadable"}


class Application(WSGIHandler):
    """The WSGI application: Django's, with our request."""

    request_class = Request


class MalformedRequests:
    """Middleware that refuses what cannot be read; stands inside those that add headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on without unreadable cookies. Raises BadRequest."""
        charset = (request.content_params or {}).get("charset", "utf-8")
        request.encoding = "utf-8"  # so that the page that says 400 can be made
        request.COOKIES = _readable_cookies(request)
        if not _is_charset_of_ours(charset):
            raise BadRequest("a content type in another charset than UTF-8")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Read a form before anything depends on it. Raises BadRequest."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        try:
            assert request.POST is not None  # noqa: S101 - reading it is meant
        except (
            LookupError,
            ValueError,
            UnreadablePostError,
        ) as error:  # a file name in no charset, a cut line
            raise BadRequest("a form that cannot be read") from error

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer 400 if only odd input can be the cause."""
        if not (is_caused_by_text(error) or _is_odd_question(request, error)):
            return None
        logger.warning("refused %s: %s", request.method, request.path, exc_info=error)
        page: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(400)
        return page(request, exception=error)


def is_caused_by_text(error: Exception) -> bool:
    """Tell whether the database or a codec refused a text that holds NUL bytes or lone surrogates."""
    is_about_text = isinstance(error, DatabaseError | ValueError)
    return is_about_text and bool(_CAUSED_BY_TEXT.search(str(error)))


def _is_odd_question(request: HttpRequest, error: Exception) -> bool:
    """Tell whether an admin address asks for what cannot be, such as `created_at__year=-1`."""
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return False
    is_list = str(match.url_name).endswith("_changelist")
    asks = bool(request.GET) or bool(match.args) or bool(match.kwargs)
    if not asks or not (is_list or request.method in {"GET", "HEAD"}):
        return False
    is_function = isinstance(error, OperationalError) and "user-defined function" in str(error)  # a regex
    return isinstance(error, _QUESTIONS) or is_function


def _readable_cookies(request: HttpRequest) -> dict[str, str]:
    """Return the cookies that a browser can have from us: Django reads octal escapes, a NUL byte too."""
    try:
        return {name: value for name, value in request.COOKIES.items() if not _CONTROLS.search(name + value)}
    except ValueError:  # beyond Latin-1
        return {}


def _is_charset_of_ours(name: str) -> bool:
    try:
        return codecs.lookup(name.strip("\"'")).name in CHARSETS
    except (LookupError, ValueError):  # unknown, or not even a name
        return False
