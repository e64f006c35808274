"""The ways in which people look at a page: narrow and wide, by day and by night, and much enlarged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

HEIGHT = 900
ENLARGED = 320  # CSS pixels: a small phone, or 1280 at 400 %
SIDEWAYS_PIXELS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .map(element => element.outerHTML.slice(0, 160)).slice(0, 5).join('\\n')"""
BROKEN_PICTURES = """async () => {
    const broken = [];
    for (const image of document.images) {
        image.loading = 'eager';
        await image.decode().catch(() => broken.push(image.currentSrc || image.outerHTML));
    }
    return broken;
}"""


@dataclass(frozen=True)
class Look:
    """A width in CSS pixels and a colour scheme."""

    width: int
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}"


CHECKED = (Look(390, "light"), Look(1440, "dark"), Look(1440, "light"), Look(390, "dark"))
SHOWN = tuple(Look(width, scheme) for scheme in ("light", "dark") for width in (390, 768, 1440))


def each(page: Page, looks: tuple[Look, ...]) -> Iterator[Look]:
    """Look at the page as it stands in each of these ways in turn."""
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": HEIGHT})
        page.emulate_media(color_scheme=look.scheme)
        yield look


def assert_fits(page: Page, name: str) -> None:
    """Fail when the page can be scrolled sideways, and name what is too wide."""
    assert page.evaluate(SIDEWAYS_PIXELS) <= 0, f"{name} scrolls sideways:\n{page.evaluate(TOO_WIDE)}"


def assert_whole_pictures(page: Page, name: str) -> None:
    """Fail when a picture of the page cannot be shown."""
    assert page.evaluate(BROKEN_PICTURES) == [], name
