"""A browser that carries its own comments sees pages nobody else may be given."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from comments import own


def keep_own_comments_private(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Mark answers to such a browser `private, no-store`, unless the view said something itself."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if own.COOKIE in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
