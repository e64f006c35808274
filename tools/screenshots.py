"""Pictures of every kind of page at 390, 768 and 1440 px, light and dark: a folder a theme.

    make screenshots                                   a demo shop of its own, into var/screenshots
    make screenshots ARGS="--only home article"        some pages
    python -m tools.screenshots --address http://127.0.0.1:9000 --folder /tmp/shots
                                                       a shop that runs already; it buys a rainstick there

Of a running shop the staff's pages are taken with DEMO_STAFF_PASSWORD of the environment or of .env, and
the pages for errors are left out.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import looks, opened, shop_server, way

PRODUCT = "elqui-rainstick"
WITH_MANY_PICTURES = "kuta-thumb-piano-kalimba-7-note-natural"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
SHOW_ALL_PICTURES = """async () => {
    for (const image of document.images) { image.loading = 'eager'; await image.decode().catch(() => {}); }
    scrollTo(0, 0);
}"""
OVERLAYS = {
    "menu-open",
    "filters-open",
    "picture-large",
    "cart-drawer",
}  # taken as one screen, not as a whole page


def read_arguments() -> argparse.Namespace:
    """Return the address, the folder, the pages and the password."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", help="of a shop that runs already")
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("VAR_DIR", "var"), "screenshots"))
    parser.add_argument("--only", nargs="+", metavar="PAGE", help="names of pages, as their files are called")
    parser.add_argument("--password", default=staff_password())
    return parser.parse_args()


def staff_password() -> str:
    """Return the staff's demo password from the environment, else from .env, else nothing."""
    lines = Path(".env").read_text(encoding="utf-8").splitlines() if Path(".env").exists() else []
    stored = dict(line.split("=", 1) for line in lines if "=" in line)
    return os.environ.get("DEMO_STAFF_PASSWORD") or stored.get("DEMO_STAFF_PASSWORD", "")


def chromium_path() -> str:
    """Return where Chromium is: $CHROMIUM or the system's. Raises SystemExit."""
    names = (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("Chromium is missing: sudo apt-get install chromium")
    return found


@contextmanager
def shop_to_show(wanted: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Start a demo shop unless one runs already; give the pages for errors, if they can be had."""
    if wanted.address:
        yield {}
        return
    with (
        tempfile.TemporaryDirectory(prefix="kora-shots-") as folder,
        shop_server.running_shop(Path(folder)) as shop,
    ):
        wanted.address, wanted.password = shop.address, shop_server.STAFF_PASSWORD
        yield shop_server.error_pages(shop)


def every_page(page: Page, password: str, errors: dict[str, str]) -> Iterator[str]:
    """Open every kind of page in turn and yield its name while it stands."""
    return chain(
        way.public_pages(page),
        way.buyers_pages(page, PRODUCT),
        way.commenters_pages(page),
        opened.opened_pages(page, WITH_MANY_PICTURES),
        opened.error_pages(page, errors),
        way.staff_pages(page, password) if password else (),
    )


def take_all(browser: Browser, wanted: argparse.Namespace, errors: dict[str, str]) -> int:
    """Take the pictures of all wanted pages; return how many."""
    context = browser.new_context(base_url=wanted.address, reduced_motion="reduce", locale="en-US")
    page, count = context.new_page(), 0
    for name in every_page(page, wanted.password, errors):
        if not wanted.only or name in wanted.only:
            count += take(page, name, wanted.folder)
    context.close()
    return count


def take(page: Page, name: str, folder: Path) -> int:
    """Take the page as it stands in every look; return how many pictures that made."""
    for look in looks.each(page, looks.SHOWN):
        page.evaluate(SHOW_ALL_PICTURES)
        file = folder / look.scheme / f"{name}-{look.width}.png"
        page.screenshot(path=file, full_page=name not in OVERLAYS)
    return len(looks.SHOWN)


def main() -> None:
    """Take all pictures and tell where they are."""
    wanted = read_arguments()
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright, shop_to_show(wanted) as errors:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=options)
        count = take_all(browser, wanted, errors)
        browser.close()
    print(f"{count} pictures in {wanted.folder}")


if __name__ == "__main__":
    main()
