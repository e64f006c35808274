"""Buyers over real HTTP, who note every answer they get."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from tests.faults.make_shop import SLUG
from tests.shop.checkout_builders import ADDRESS, shown_total

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class TurnedAway(Exception):
    """The shop did not go along with a step."""


@dataclass(frozen=True)
class Answer:
    """What a request brought; times by time.monotonic()."""

    path: str
    status: int
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


@dataclass
class WebBuyer:
    """A buyer who buys again and again, each time as a new visitor."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)  # where the shop led to after "Order and pay"
    session: requests.Session = field(default_factory=requests.Session)

    def buy(self) -> None:
        """Order a flute. Raises TurnedAway."""
        self.reach_the_checkout()
        self.order()

    @property
    def was_turned_away(self) -> bool:
        """Whether the last answer was a 503."""
        return bool(self.answers) and self.answers[-1].status == 503

    def has_ordered_since(self, moment: float) -> bool:
        """Tell whether "Order and pay" worked after a moment."""
        return any(
            answer.path == "/checkout/" and answer.status == 303 and answer.began > moment
            for answer in self.answers
        )

    def reach_the_checkout(self) -> None:
        """Put a flute into a fresh cart and open the checkout. Raises TurnedAway."""
        self.session = requests.Session()
        page = self.ask("GET", f"/products/{SLUG}/")
        self.ask("POST", "/cart/add/", {"sku": "FLUTE", "quantity": "1"}, page)
        self.page = self.ask("GET", "/checkout/")
        self.ask("POST", "/checkout/", ADDRESS | {"update": "1"}, self.page)
        self.page = self.ask("GET", "/checkout/")

    def order(self) -> None:
        """Press "Order and pay". Raises TurnedAway."""
        form = ADDRESS | {"shown_total": shown_total(self.page.text)}
        self.acknowledged.append(self.ask("POST", "/checkout/", form, self.page).headers["Location"])

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        page: requests.Response | None = None,
    ) -> requests.Response:
        """Send a request, with the token of the page that a form stands on. Raises TurnedAway."""
        data = dict(form or {})
        if page is not None:
            data["csrfmiddlewaretoken"] = TOKEN.findall(page.text)[0]
        began = time.monotonic()
        response = self.session.request(
            method, f"{self.address}{path}", data=data, allow_redirects=False, timeout=60
        )
        self.answers.append(Answer(path, response.status_code, began, time.monotonic()))
        if response.status_code not in {200, 303}:
            raise TurnedAway(response.status_code)
        return response


@contextmanager
def crowd(address: str, buyers: int) -> Iterator[list[WebBuyer]]:
    """Have so many buyers buy as fast as they can until the block ends."""
    everybody = [WebBuyer(address) for _ in range(buyers)]
    is_over = threading.Event()

    def live(buyer: WebBuyer) -> None:
        while not is_over.is_set():
            try:
                buyer.buy()
            except TurnedAway:
                time.sleep(0.1)

    threads = [threading.Thread(target=live, args=(buyer,)) for buyer in everybody]
    for thread in threads:
        thread.start()
    try:
        yield everybody
    finally:
        is_over.set()
        for thread in threads:
            thread.join(60)
