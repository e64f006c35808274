"""A real Chromium against the real shop: one shop a session, a fresh browser profile a visitor.

Every test fails on what the browser complains of: console errors, violations of the Content-Security-
Policy, failed or refused requests, and any request to another host.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys import accessibility
from tests.journeys.shop_server import Shop, running_shop
from tests.journeys.watching import Watch

ACTION_MILLISECONDS = 30_000  # on a busy machine
expect.set_options(timeout=ACTION_MILLISECONDS)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Visit = Callable[..., Page]
Check = Callable[..., None]
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Run the shop with its demo content for the whole session."""
    with running_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, or the one that $CHROMIUM names."""
    candidates = [os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES]
    path = next((found for name in candidates if name and (found := shutil.which(name))), None)
    assert path, "Chromium is missing: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def watch(shop: Shop) -> Iterator[Watch]:
    """Collect what the browsers of this test complain of, and fail with it."""
    watch = Watch(shop.address)
    yield watch
    assert not watch.complaints, "\n".join(watch.complaints)


@pytest.fixture
def visit(shop: Shop, chromium: Browser, watch: Watch) -> Iterator[Visit]:
    """Open browsers of new visitors: `visit(javascript=False, width=320, scheme="dark")`."""
    contexts = []

    def open_browser(
        *, javascript: bool = True, width: int = 1280, scheme: Scheme = "light", is_watched: bool = True
    ) -> Page:
        context = chromium.new_context(
            base_url=shop.address, java_script_enabled=javascript, viewport={"width": width, "height": 900},
            color_scheme=scheme, reduced_motion="reduce", locale="en-US", timezone_id="UTC",
        )  # fmt: skip
        context.set_default_timeout(ACTION_MILLISECONDS)
        contexts.append(context)
        if is_watched:
            watch.follow(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def assert_accessible(visit: Visit) -> Check:
    """Give a function that fails when axe finds anything on the page as it stands."""
    scripted: list[Page] = []

    def check(page: Page, *, has_scripts: bool = True, name: str = "") -> None:
        page.wait_for_load_state("load")
        if not has_scripts and not scripted:
            scripted.append(visit(is_watched=False))
        shown = page if has_scripts else accessibility.copy_with_scripts(page, scripted[0])
        found = accessibility.violations(shown)
        assert not found, "\n".join([name, *found])

    return check
