"""Print the pages for errors that no visitor can cause at will, as JSON: status and HTML.

python -m tests.journeys.rendered_errors        with the settings of a running shop in the environment
"""

import errno
import json
import sys

import django
from django.http import HttpResponse
from django.test import RequestFactory


def main() -> None:
    """Render each page as the shop's own views answer it."""
    django.setup()
    from config import views
    from shop.cart import limits

    request = RequestFactory().post("/checkout/")
    answers = [
        views.csrf_failure(request),
        limits.too_often(request, 40),
        views.server_error(request),
        outage(),
    ]
    json.dump({answer.status_code: answer.content.decode() for answer in answers}, sys.stdout)


def outage() -> HttpResponse:
    """Return the answer while the disk is full."""
    from config import views

    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError:
        return views.server_error(RequestFactory().get("/"))


if __name__ == "__main__":
    main()
