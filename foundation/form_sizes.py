"""How many fields a form of the public may send: reading ten thousand takes a third of a second of CPU.

Forms of the admin may be as long as DATA_UPLOAD_MAX_NUMBER_FIELDS says, but for that of the sign-in.
"""

from collections.abc import Callable

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

MOST_FIELDS = 1000  # a cart has two for each of its lines
_BETWEEN = {"application/x-www-form-urlencoded": b"&", "multipart/form-data": b"\ncontent-disposition:"}


def limit_fields(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse a form of too many fields before it is read. Raises TooManyFieldsSent, answered with 400."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        between = _BETWEEN.get((request.content_type or "").lower()) if request.method == "POST" else None
        if between and not _is_of_staff(request) and _sent(request).count(between) > MOST_FIELDS:
            raise TooManyFieldsSent(f"More than {MOST_FIELDS} fields were sent.")
        return get_response(request)

    return middleware


def _sent(request: HttpRequest) -> bytes:
    try:
        return request.body.lower()
    except UnreadablePostError:  # the view finds out
        return b""


def _is_of_staff(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/") and request.path_info != "/admin/login/"
