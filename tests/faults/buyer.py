"""A buyer with a browser, as the scenarios need one."""

from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.test import Client

from shop.cart.models import CartLine
from shop.catalogue.models import Variant
from shop.orders.models import Order
from tests.shop.checkout_builders import ADDRESS, put_in_cart, send, shown_total


@dataclass
class Buyer:
    """A buyer whose checkout page shows `total`; every click is made by a browser with the same cookies."""

    cookies: SimpleCookie
    total: str = ""

    @classmethod
    def at_the_checkout(cls, variant: Variant, *codes: str, units: int = 1) -> "Buyer":
        """Return a buyer with units in the cart, and with codes of discounts or gift cards."""
        client = Client()
        put_in_cart(client, variant, units)
        for code in codes:
            assert client.post("/cart/code/", {"code": code}).status_code == 303
        buyer = cls(client.cookies)
        buyer.read_the_total()
        return buyer

    def read_the_total(self) -> None:
        """Look at the checkout page."""
        page = send(self.browser(), ADDRESS | {"update": "1"})
        self.total = shown_total(page.content.decode())

    def order(self, tell: Callable[[str], object] = len) -> None:
        """Press "Order and pay"; `tell` hears where the shop leads to."""
        answer = send(self.browser(), ADDRESS | {"shown_total": self.total})
        assert answer.status_code == 303, answer.content.decode()
        tell(answer.headers["Location"])

    def take(self, quantity: int) -> None:
        """Ask for so many units in the cart's only line, as in another tab, and go to the checkout."""
        assert CartLine.objects.update(quantity=quantity) == 1
        self.read_the_total()

    def look_at_the_order(self) -> None:
        """Open the newest order's page."""
        address = Order.objects.latest("number").get_absolute_url()
        assert self.browser().get(address).status_code == 200

    def browser(self) -> Client:
        """Open a browser with the buyer's cookies."""
        client = Client()
        client.cookies.update(self.cookies)
        return client
