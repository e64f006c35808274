"""The answer to who has to wait: 429 with the moment to come back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say when to try again; 429 with Retry-After."""
    return ask_to_wait(render(request, "429.html", {"seconds": seconds}), seconds)


def ask_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Make a page that says when to try again a 429 with Retry-After."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response
