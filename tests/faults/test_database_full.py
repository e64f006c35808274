"""SQLite on a full disk: writes answer 503, reads go on, nothing is damaged, and it heals by itself."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client

from shop.catalogue.models import Variant
from shop.orders.holds import reserved_differences
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.stock.ledger import on_hand_differences
from tests.builders import make_variant
from tests.faults.make_shop import SLUG
from tests.faults.real_shop import real_shop
from tests.faults.web_buyer import crowd
from tests.foundation.worker_process import wait_for
from tests.shop.checkout_builders import ADDRESS, open_shop, put_in_cart, send, shown_total

PLENTY_OF_PAGES = 2**30
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's file"),
]


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the database's file not grow any more."""
    with connection.cursor() as cursor:
        [pages] = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count={PLENTY_OF_PAGES}")


def order(variant: Variant) -> int:
    """Have a new visitor order a piece; return the status of the step that did not work, or of the last."""
    visitor = Client(raise_request_exception=False)
    added = visitor.post("/cart/add/", {"sku": variant.sku, "quantity": "1"})
    if added.status_code != 303:
        return added.status_code
    page = send(visitor, ADDRESS | {"update": "1"})
    if page.status_code != 200:
        return page.status_code
    total = shown_total(page.content.decode())
    return send(visitor, ADDRESS | {"shown_total": total}).status_code


def assert_nothing_is_damaged() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert on_hand_differences() + reserved_differences() == []


def assert_every_order_is_whole(*, acknowledged: int) -> None:
    """What was acknowledged is kept. Of an answer lost after the COMMIT all is kept, and it waits unpaid."""
    kept = Order.objects.annotate(
        lines_kept=Count("lines", distinct=True), payments_kept=Count("payments", distinct=True)
    )
    assert kept.count() >= acknowledged > 0
    whole = kept.filter(lines_kept=1, payments_kept=1, status="pending", hold="held", paid_at=None)
    assert whole.count() == kept.count()
    assert Payment.objects.exclude(url="").count() >= acknowledged


def test_a_full_disk_stops_writing_with_a_503_and_nothing_is_damaged():
    open_shop()
    variant = make_variant(on_hand=1000)
    put_in_cart(Client(), variant)
    visitor = Client(raise_request_exception=False)
    with full_disk():
        answers = [order(variant) for _ in range(40)]
        assert set(answers) <= {303, 503}
        assert answers[-5:] == [503] * 5
        for page in ("/", "/collections/", variant.product.get_absolute_url(), "/cart/", "/admin/login/"):
            assert visitor.get(page).status_code == 200, page
        assert_nothing_is_damaged()
        assert_every_order_is_whole(acknowledged=answers.count(303))
    assert order(variant) == 303
    assert_nothing_is_damaged()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """Mount a disk of 12 megabytes; skips where that is not allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "kora", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_the_shop_on_a_real_disk_that_is_full_heals_when_there_is_space_again(small_disk):
    file, ballast = small_disk / "kora.sqlite3", small_disk / "ballast"
    with real_shop(database_url="", database_name=str(file), worker=True) as shop:
        with crowd(shop.address, 4) as buyers:
            wait_for(lambda: sum(len(buyer.acknowledged) for buyer in buyers) >= 8, 60)
            fill(ballast)
            wait_for(lambda: all(buyer.was_turned_away for buyer in buyers), 60)
            pages = ("/", "/collections/", f"/products/{SLUG}/")
            assert [shop.get(page).status_code for page in pages] == [200] * 3
            ballast.unlink()
            free_at = time.monotonic()
            wait_for(lambda: all(buyer.has_ordered_since(free_at) for buyer in buyers), 60)
        answers = [answer for buyer in buyers for answer in buyer.answers]
        assert {answer.status for answer in answers} == {200, 303, 503}
        assert max(answer.ended for answer in answers if answer.status == 503) < free_at + 2
        shop.run("check_stock")
        assert shop.is_ready_within(15)
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = {url for (url,) in database.execute("SELECT url FROM shop_payment")}
    assert {place for buyer in buyers for place in buyer.acknowledged} <= kept


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as output, suppress(OSError):
        while True:
            output.write(bytes(4096))
