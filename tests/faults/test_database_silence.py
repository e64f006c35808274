"""PostgreSQL gives no answer at all: stopped in its tracks, or behind a network that swallows everything."""

import threading
import time
from collections.abc import Iterator

import pytest

from foundation.postgresql import waits
from tests.faults.postgres_server import PostgresServer, postgres_server
from tests.faults.real_shop import RealShop, real_shop
from tests.faults.tcp_proxy import Network, network
from tests.faults.web_buyer import TurnedAway, WebBuyer

ANSWER_WITHIN_SECONDS = 10.0
BACK_WITHIN_SECONDS = 2.0
VISITORS = 24  # six for each process, which has one thread
PAGES = ("/collections/", "/", "/search/?q=flute")
pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture(scope="module")
def net(server) -> Iterator[Network]:
    with network(server.socket) as between:
        yield between


@pytest.fixture(scope="module")
def shop(net) -> Iterator[RealShop]:
    url = f"postgres://kora@127.0.0.1:{net.port}/kora"
    with real_shop(database_url=url, database_name="kora") as running:
        yield running


def visits(shop: RealShop) -> list[tuple[int, float]]:
    """Have many visitors come at once; return status and seconds of each answer."""
    answers: list[tuple[int, float]] = []

    def visit(number: int) -> None:
        began = time.monotonic()
        response = shop.get(PAGES[number % len(PAGES)])
        answers.append((response.status_code, time.monotonic() - began))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def assert_503_in_time(answers: list[tuple[int, float]]) -> None:
    assert {status for status, _seconds in answers} == {503}
    assert max(seconds for _status, seconds in answers) < ANSWER_WITHIN_SECONDS, answers


def assert_all_is_well_soon(shop: RealShop) -> None:
    time.sleep(BACK_WITHIN_SECONDS)
    assert {status for status, _seconds in visits(shop)} <= {200}


def test_a_database_that_is_stopped_in_its_tracks_brings_a_503_in_time(server, shop):
    visits(shop)  # every process has a connection now
    with server.frozen():
        assert_503_in_time(visits(shop))  # over these connections
        time.sleep(waits.REST)
        assert_503_in_time(visits(shop))  # without any
    assert_all_is_well_soon(shop)


def test_a_network_that_swallows_everything_brings_a_503_in_time(net, shop):
    visits(shop)
    net.swallow()
    assert_503_in_time(visits(shop))
    time.sleep(waits.REST)
    assert_503_in_time(visits(shop))
    net.heal()
    assert_all_is_well_soon(shop)


@pytest.mark.parametrize("last_words", [b'INSERT INTO "shop_order"', b"COMMIT"])
def test_a_network_that_dies_in_the_middle_of_an_order_brings_a_503_in_time_and_one_order(
    server, net, shop, last_words
):
    buyer = WebBuyer(shop.address)
    buyer.reach_the_checkout()
    [(before,)] = server.ask("SELECT count(*) FROM shop_order")
    net.fatal = last_words  # arrive, and the answer does not
    with pytest.raises(TurnedAway, match="503"):
        buyer.order()
    assert buyer.answers[-1].seconds < ANSWER_WITHIN_SECONDS
    net.heal()
    assert_all_is_well_soon(shop)
    buyer.order()
    assert server.ask("SELECT count(*) FROM shop_order") == [(before + 1,)]
    shop.run("check_stock")
