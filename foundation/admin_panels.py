"""Panels of the admin's first page: what waits for the staff, each with the way there.

Other apps offer theirs through config/wiring.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from foundation import links
from foundation.pictures import Picture


@dataclass(frozen=True, slots=True)
class Panel:
    """How many of something wait, such as `3 comments to moderate`, and the address of their list."""

    label: str
    count: int
    url: str


Offer = Callable[[HttpRequest], Panel | None]
_offers: list[Offer] = []


def register(offer: Offer) -> Offer:
    """Show what `offer(request)` returns on the first page; None for staff without the right to it."""
    if offer not in _offers:
        _offers.append(offer)
    return offer


def panels(request: HttpRequest) -> list[Panel]:
    """Return the panels that this member of the staff may see, in the order of registration."""
    return [panel for offer in _offers if (panel := offer(request)) is not None]


def jobs_that_gave_up(request: HttpRequest) -> Panel | None:
    """Return how many background jobs failed for good; None when none did. One query."""
    if not request.user.has_perm("foundation.view_backgroundjob"):
        return None
    count = DBTaskResult.objects.failed().count()
    label = ngettext("background job that gave up", "background jobs that gave up", count)
    url = links.address(reverse("admin:foundation_backgroundjob_changelist"), {"status__exact": "FAILED"})
    return Panel(label=label, count=count, url=url) if count else None


def pictures_that_failed(request: HttpRequest) -> Panel | None:
    """Return of how many pictures something could not be made; None when of none. One query."""
    if not request.user.has_perm("foundation.view_picture"):
        return None
    count = Picture.objects.exclude(failures={}).count()
    label = ngettext("picture not ready for all screens", "pictures not ready for all screens", count)
    url = links.address(reverse("admin:foundation_picture_changelist"), {"failed": "yes"})
    return Panel(label=label, count=count, url=url) if count else None
