"""Methods that are answered, and headers that every answer has, whoever made it.

Outermost of our middleware, so that errors, redirects and static files have them too.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from foundation import methods

SECRET_ADDRESSES = ("/orders/", "/pay/demo/")  # whoever has such an address has the order
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip


def answer_known_methods(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer OPTIONS, TRACE and the like with 405 and what the address takes: nothing is rendered."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in methods.METHODS:  # which of them it takes, a view says itself
            return get_response(request)
        return HttpResponseNotAllowed(methods.taken_at(request.path_info) or methods.SAFE)

    return middleware


def complete_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add what a view need not think of; a view that says otherwise is right."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith(SECRET_ADDRESSES):
            headers.setdefault("Referrer-Policy", "same-origin")
        if headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault("Cache-Control", "private")  # the cart count is in the page
        return response

    return middleware
