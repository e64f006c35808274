"""Pages that belong to no single app: home, search, health, robots and the error pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show featured products and the latest articles."""
    return render(request, "home.html")


def search(request: HttpRequest) -> HttpResponse:
    """Show the products and articles that match `q`."""
    return render(request, "search.html")


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process lives; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave alone."""
    return render(request, "robots.txt", content_type="text/plain")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with the shop's own page."""
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the shop's own page."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 and say how to go on: reload, cookies allowed."""
    return render(request, "403.html", {"is_csrf": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a page that needs no database."""
    return render(request, "500.html", status=500)
