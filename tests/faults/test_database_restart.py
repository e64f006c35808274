"""PostgreSQL crashes under load and comes back: soon all is well again, and no acknowledged order is lost."""

import time

import pytest

from tests.faults.postgres_server import PostgresServer, postgres_server
from tests.faults.real_shop import real_shop
from tests.faults.web_buyer import Answer, WebBuyer, crowd
from tests.foundation.worker_process import wait_for

BUYERS = 6
ORDERS_BEFORE = 12
DOWN_SECONDS = 1.5
BACK_WITHIN_SECONDS = 2.0
READY_WITHIN_SECONDS = 15.0  # the worker gives a sign of life every five seconds
pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def test_a_database_that_crashes_under_load_is_back_in_two_seconds_and_no_order_is_lost():
    with (
        postgres_server() as server,
        real_shop(database_url=server.url, database_name="kora", worker=True) as shop,
    ):
        with crowd(shop.address, BUYERS) as buyers:
            wait_for(lambda: len(acknowledged(buyers)) >= ORDERS_BEFORE, 60)
            back_at = crash_and_come_back(server)
            wait_for(lambda: all(buyer.has_ordered_since(back_at) for buyer in buyers), 60)
        answers = [answer for buyer in buyers for answer in buyer.answers]
        assert {answer.status for answer in answers} == {200, 303, 503}
        assert last_failure(answers) < back_at + BACK_WITHIN_SECONDS
        assert first_success(answers, back_at) < back_at + BACK_WITHIN_SECONDS
        assert_no_order_is_lost(server, buyers)
        shop.run("check_stock")
        assert shop.is_ready_within(READY_WITHIN_SECONDS)
        crash_and_come_back(server)
        nobody_noticed = [shop.get("/collections/").status_code for _ in range(20)]
        assert nobody_noticed == [200] * 20, "a kept connection was used unchecked"


def crash_and_come_back(server: PostgresServer) -> float:
    """Let the server crash in the middle of everything; return when it took connections again."""
    server.tell("halt")
    time.sleep(DOWN_SECONDS)
    server.tell("resume")
    return time.monotonic()


def acknowledged(buyers: list[WebBuyer]) -> set[str]:
    return {place for buyer in buyers for place in buyer.acknowledged}


def last_failure(answers: list[Answer]) -> float:
    return max(answer.ended for answer in answers if answer.status == 503)


def first_success(answers: list[Answer], since: float) -> float:
    return min(answer.ended for answer in answers if answer.status != 503 and answer.ended > since)


def assert_no_order_is_lost(server: PostgresServer, buyers: list[WebBuyer]) -> None:
    pages = {f"/orders/{token}/" for (token,) in server.ask("SELECT token FROM shop_order")}
    payments = {url for (url,) in server.ask("SELECT url FROM shop_payment")}
    assert acknowledged(buyers) - pages - payments == set()
