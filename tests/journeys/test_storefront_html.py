"""Every kind of page is HTML without a mistake, as the shop sends it: the Nu HTML checker finds nothing."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.shop_server import Shop, error_pages
from tests.journeys.watching import Watch

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not os.environ.get("VNU_JAR"),
        reason="needs Java and the HTML checker: VNU_JAR=$(tools/html_checker.sh)",
    ),
]

PRODUCT = "elqui-rainstick"
CHECK_SECONDS = 120
MEANT = "role is unnecessary for element"  # Safari's screen reader forgets lists that lost their bullets


def test_checker_finds_nothing_on_any_page(shop: Shop, visit: Visit, watch: Watch, tmp_path: Path) -> None:
    watch.expect(404)
    page = visit()
    documents = _collect(page)
    for name in way.public_pages(page):
        _keep(documents, tmp_path, name)
    for name in way.buyers_pages(page, PRODUCT):
        _keep(documents, tmp_path, name)
    for name in way.commenters_pages(page):
        _keep(documents, tmp_path, name)
    for status, html in error_pages(shop).items():
        (tmp_path / f"error-{status}.html").write_text(html)
    assert len(list(tmp_path.iterdir())) > len(way.PUBLIC_PAGES)
    assert not (mistakes := _mistakes(tmp_path)), "\n".join(mistakes)


def test_checker_would_find_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!doctype html><title>x</title><p><ul></ul></p>")
    assert _mistakes(tmp_path)


def _collect(page: Page) -> list[Response]:
    """Return the list that grows with every document the page is sent."""
    documents: list[Response] = []

    def keep(response: Response) -> None:
        is_page = response.request.resource_type == "document" or "hx-request" in response.request.headers
        if is_page and response.status not in {302, 303}:
            documents.append(response)

    page.on("response", keep)
    return documents


def _keep(documents: list[Response], folder: Path, name: str) -> None:
    (folder / f"{name}.html").write_text(documents[-1].text())


def _mistakes(folder: Path) -> list[str]:
    command = ["java", "-Xss1m", "-jar", os.environ["VNU_JAR"], "--format", "json", "--stdout"]
    command += ["--exit-zero-always", str(folder)]
    found = subprocess.run(command, stdout=subprocess.PIPE, timeout=CHECK_SECONDS, check=True).stdout
    messages = [message for message in json.loads(found)["messages"] if MEANT not in message["message"]]
    return [
        f"{message['url']}:{message.get('lastLine')}: {message['message']} {message.get('extract', '')}"
        for message in messages
    ]
