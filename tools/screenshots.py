"""Pictures of every kind of page of a running demo shop, at 390 and 1440 px. It buys a rainstick on the way.

    make screenshots                                   the shop at http://127.0.0.1:8000, into var/screenshots
    python -m tools.screenshots --address http://127.0.0.1:9000 --folder /tmp/shots --scheme dark

The staff's pages are taken with DEMO_STAFF_PASSWORD of the environment or of .env.
"""

import argparse
import os
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import way

WIDTHS = (390, 1440)
HEIGHT = 900
PRODUCT = "elqui-rainstick"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SHOW_ALL_PICTURES = """async () => {
    for (const image of document.images) { image.loading = 'eager'; await image.decode().catch(() => {}); }
}"""


def read_arguments() -> argparse.Namespace:
    """Return the address, the folder, the colour scheme and the password."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("VAR_DIR", "var"), "screenshots"))
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
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


def every_page(page: Page, password: str) -> Iterator[str]:
    """Open every kind of page in turn and yield its name while it stands."""
    staff = way.staff_pages(page, password) if password else iter(())
    return chain(way.public_pages(page), way.buyers_pages(page, PRODUCT), staff)


def take(browser: Browser, wanted: argparse.Namespace, width: int) -> None:
    """Take all pictures of one width."""
    context = browser.new_context(
        base_url=wanted.address,
        viewport={"width": width, "height": HEIGHT},
        color_scheme=wanted.scheme,
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    for name in every_page(page, wanted.password):
        page.evaluate(SHOW_ALL_PICTURES)
        page.screenshot(path=wanted.folder / f"{name}-{width}.png", full_page=True)
    context.close()


def main() -> None:
    """Take all pictures and tell where they are."""
    wanted = read_arguments()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=options)
        for width in WIDTHS:
            take(browser, wanted, width)
        browser.close()
    print(f"{len(list(wanted.folder.glob('*.png')))} pictures in {wanted.folder}")


if __name__ == "__main__":
    main()
