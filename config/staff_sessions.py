"""Sessions of the staff end when nobody has used the admin for SESSION_COOKIE_AGE seconds."""

import time
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

SEEN_AT, RENEW_SECONDS = "seen_at", 15 * 60


def keep_alive(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Renew the session of whoever uses the admin, at most once in a quarter of an hour.

    Public pages write nothing, so looking at the shop does not count as using the admin.
    """
    admin = reverse("admin:index")

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(admin) and SESSION_KEY in request.session:
            now = int(time.time())
            if now - int(request.session.get(SEEN_AT, 0)) >= RENEW_SECONDS:
                request.session[SEEN_AT] = now
        return get_response(request)

    return middleware
