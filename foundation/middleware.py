"""Addresses that moved lead on: the table of redirects is asked where nothing else answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from foundation import links, redirects

KEPT = "max-age=300"  # seconds a browser goes by a move: a thing that moves back must not send it in circles


def lead_on(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer 301 in place of 404 to those who read a former address. One query more, after a 404 alone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        address = redirects.present_address(request.path_info)
        return response if address is None else permanently(request, address)

    return middleware


def permanently(request: HttpRequest, path: str) -> HttpResponse:
    """Return the redirect to another path of this site, with the query of the request."""
    address = links.with_query(path, request.META.get("QUERY_STRING", ""))
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": KEPT})
