"""What machines find of the site: every public address, offered by the apps, as a sitemap.

Source: https://www.sitemaps.org/protocol.html; Google's image extension.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

SECTION_SIZE = 10_000  # addresses in one sitemap; the protocol allows 50,000


@dataclass(frozen=True, slots=True)
class Entry:
    """A public page: its path, when its content last changed, and the paths of its pictures."""

    path: str
    changed_at: datetime | None = None
    pictures: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The full address."""
        return f"{settings.SITE_URL}{self.path}"

    @property
    def picture_addresses(self) -> list[str]:
        """The full addresses of its pictures."""
        return [f"{settings.SITE_URL}{path}" for path in self.pictures]


Offer = Callable[[], Iterable[Entry]]
_offers: dict[str, Offer] = {}


def register(name: str, offer: Offer) -> None:
    """Have the sitemap list what `offer()` returns: public, canonical pages, in a fixed order."""
    _offers[name] = offer


def entries() -> Iterator[Entry]:
    """Return every public page, in the order of registration."""
    for offer in _offers.values():
        yield from offer()
