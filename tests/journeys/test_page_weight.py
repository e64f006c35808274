"""What a first visit loads: style and script stay small, and later pages take them from the cache."""

import pytest
from playwright.sync_api import Page, Response

from tests.journeys import way
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

STYLE_AND_SCRIPT_BYTES = 40_000  # compressed, together
KINDS = ("stylesheet", "script")


@pytest.mark.parametrize("name", ["home", "collection", "product-with-options", "article", "cart-empty"])
def test_first_visit_loads_little_style_and_script(visit: Visit, name: str) -> None:
    page = visit()
    loaded = _styles_and_scripts(page, way.PUBLIC_PAGES[name])
    assert {response.request.resource_type for response in loaded} == set(KINDS)
    assert all(response.headers.get("content-encoding") in {"br", "gzip"} for response in loaded)
    assert all("immutable" in response.headers["cache-control"] for response in loaded)
    assert sum(response.request.sizes()["responseBodySize"] for response in loaded) < STYLE_AND_SCRIPT_BYTES


def test_second_page_loads_no_style_or_script_again(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    again = _styles_and_scripts(page, "/blog/")
    assert [response.url for response in again if not _is_from_cache(response)] == []


def _is_from_cache(response: Response) -> bool:
    return response.request.timing["requestStart"] == -1 or response.from_service_worker


def _styles_and_scripts(page: Page, path: str) -> list[Response]:
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.on("response", keep)
    page.goto(path, wait_until="load")
    return [response for response in loaded if response.request.resource_type in KINDS]
