"""How large forms may be, looked at before anybody works on them: large texts are dear to read and to show.

A form of the public has at most a thousand fields; one of the staff as many as DATA_UPLOAD_MAX_NUMBER_FIELDS
says. All texts of a form together have at most a million characters, ten times what the longest field takes.
In a form of the public the longest are cut, and their fields say that they are too long; one of the staff is
refused and shown. Staff are who is signed in, and whose browser was before: the session may have ended while
the form was filled in.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase

MOST_FIELDS = 1000  # a cart has two for each of its lines
MOST_CHARACTERS = 1_100_000  # of all texts of a form
_CUTS = (1_000_000, 100_000, 10_000, 1_000, 100)  # of one text; the first is taken that is short enough
MOST_BYTES = 1_000_000  # of a form of the admin that comes from a stranger, who sees it again all the same
_BETWEEN = {"application/x-www-form-urlencoded": b"&", "multipart/form-data": b"\ncontent-disposition:"}

Knows = Callable[[HttpRequest], bool]
_known_browsers: list[Knows] = []


def know_browser(knows: Knows) -> None:
    """Have a browser that `knows(request)` recognises count as one of the staff's."""
    _known_browsers.append(knows)


class LimitForms:
    """Middleware that refuses or shortens what is too large; stands where it is known who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse a form before it is read. Raises TooManyFieldsSent and RequestDataTooBig, a 400 each."""
        between = _BETWEEN.get((request.content_type or "").lower()) if request.method == "POST" else None
        if between and _is_large(request, between) and not _is_of_staff(request):
            body = _sent(request)
            if body.count(between) > MOST_FIELDS:
                raise TooManyFieldsSent(f"More than {MOST_FIELDS} fields were sent.")
            if _is_of_admin(request) and len(body) > MOST_BYTES:
                raise RequestDataTooBig(f"More than {MOST_BYTES} bytes were sent by a stranger.")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Cut very long texts; of the staff none may be saved so. Raises RequestDataTooBig."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        if _total(request.POST, 4 * MOST_CHARACTERS) > MOST_CHARACTERS:
            fits = (most for most in _CUTS if _total(request.POST, most) <= MOST_CHARACTERS)
            request.POST = _cut(request.POST, next(fits, 0))  # type: ignore[assignment]
            if _is_of_admin(request):
                raise RequestDataTooBig(f"More than {MOST_CHARACTERS} characters were sent.")


def _is_large(request: HttpRequest, between: bytes) -> bool:
    """Tell whether a form can have too much of anything, by its length alone."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return not length.isdecimal() or int(length) > MOST_FIELDS * (len(between) + 1)


def _sent(request: HttpRequest) -> bytes:
    try:
        return request.body.lower()
    except UnreadablePostError:  # the view finds out
        return b""


def _is_of_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/") and request.path_info != "/admin/login/"


def _is_of_staff(request: HttpRequest) -> bool:
    """Tell whether somebody of the staff sends this form of the admin. Two queries at most."""
    if not _is_of_admin(request):
        return False
    user = request.user
    return (user.is_active and user.is_staff) or any(knows(request) for knows in _known_browsers)


def _total(fields: QueryDict, most: int) -> int:
    """Return how many characters there are when each text has so many at most."""
    return sum(min(len(text), most) for _name, texts in fields.lists() for text in texts)


def _cut(fields: QueryDict, most: int) -> QueryDict:
    shorter = QueryDict(mutable=True, encoding=fields.encoding)
    for name, texts in fields.lists():
        shorter.setlist(name, [text[:most] for text in texts])
    shorter._mutable = False
    return shorter
