"""Buyers over real HTTP, standard library only: cookies, forms and buttons as a browser sends them."""

import http.client
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from running import Shop

ADDRESS = {
    "email": "ada@customer.example",
    "name": "Ada Buyer",
    "line1": "Lindenstraße 1",
    "postal_code": "50674",
    "city": "Köln",
    "country": "DE",
}
TIMEOUT_SECONDS = 60
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop answered."""

    status: int
    location: str
    text: str


@dataclass
class Buyer:
    """A browser with a network address of its own."""

    shop: "Shop"
    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    checkout: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the address; the connection opens when it is needed."""
        self.connection = http.client.HTTPConnection(self.shop.host, self.shop.port, timeout=TIMEOUT_SECONDS)
        high, low = divmod(self.number, 65_536)
        self.ip = f"10.{high}.{low // 256}.{low % 256}"

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """Send a request and keep the cookies of the answer."""
        headers = {"X-Forwarded-For": self.ip}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, response.headers.get("Location", ""), text)

    def get_ready(self, product: str, sku: str, *, code: str = "") -> None:
        """Put one unit into the cart, with a code, and fill the checkout, up to the last button.

        Closes the connection: the server would, after a while.
        """
        self.put_into_cart(product, sku)
        if code:
            self.use_code(code)
        page = self.ask("GET", "/checkout/")
        _expect(self.ask("POST", "/checkout/", ADDRESS | {"update": "1"} | _token(page)), 303)
        page = self.ask("GET", "/checkout/")
        _expect(page, 200)
        self.checkout = ADDRESS | _token(page) | {"shown_total": _hidden(page, "shown_total")}
        self.leave()

    def put_into_cart(self, product: str, sku: str) -> None:
        """Put one unit into the cart."""
        page = self.ask("GET", f"/products/{product}/")
        added = self.ask("POST", "/cart/add/", {"sku": sku, "quantity": "1", **_token(page)})
        _expect(added, 303)

    def use_code(self, code: str) -> None:
        """Type a discount code into the cart's field; it must apply."""
        page = self.ask("GET", "/cart/")
        _expect(self.ask("POST", "/cart/code/", {"code": code, **_token(page)}), 303)

    def order_and_pay(self) -> Answer:
        """Press the button; who is not led on looks at the checkout again."""
        answer = self.ask("POST", "/checkout/", self.checkout)
        return self.ask("GET", "/checkout/") if answer.location == "/checkout/" else answer

    def leave(self) -> None:
        """Close the connection."""
        self.connection.close()


def press_at_once(buyers: list[Buyer]) -> list[Answer]:
    """Let all press "Order and pay" at the same moment; return the answers."""
    barrier = threading.Barrier(len(buyers))

    def press(buyer: Buyer) -> Answer:
        barrier.wait()
        try:
            return buyer.order_and_pay()
        finally:
            buyer.leave()

    with ThreadPoolExecutor(len(buyers)) as threads:
        return list(threads.map(press, buyers))


def ready_buyers(
    shop: "Shop", product: str, sku: str, *, count: int, first: int, code: str = ""
) -> list[Buyer]:
    """Return this many buyers, numbered from `first`, who only have to press the button."""
    buyers = [Buyer(shop, first + n) for n in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda buyer: buyer.get_ready(product, sku, code=code), buyers))
    return buyers


def _token(page: Answer) -> dict[str, str]:
    return {"csrfmiddlewaretoken": _hidden(page, "csrfmiddlewaretoken")}


def _hidden(page: Answer, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    if match is None:
        raise ValueError(f"No field {name} in the answer ({page.status}): {page.text[:500]}")
    return unescape(match[1])


def _expect(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise ValueError(f"{answer.status} instead of {status}: {answer.text[:500]}")
