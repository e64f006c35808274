"""A buyer at the checkout: fills a cart and posts the form as a browser would."""

import re
from typing import Any

from django.test import Client

from foundation.models import SiteIdentity
from shop.catalogue.models import Variant
from shop.catalogue.tax_classes import TaxClass
from shop.orders.models import Order
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import ClassRate, TaxRate
from tests.builders import make_product, make_variant

ADDRESS = {
    "email": "ada@customer.example",
    "name": "Ada Buyer",
    "line1": "Lindenstraße 1",
    "postal_code": "50674",
    "city": "Köln",
    "country": "DE",
}


def open_shop() -> None:
    """Ship to DE (600 up to 2 kg) and US (2400); tax 19 % inclusive in DE, 7.25 % added in US."""
    SiteIdentity.objects.update_or_create(pk=1, defaults={"name": "Kora", "country": "DE"})
    for country, price in (("DE", 600), ("US", 2400)):
        zone = ShippingZone.objects.create(name=country)
        ZoneCountry.objects.create(zone=zone, country=country)
        ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=price)
    TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    TaxRate.objects.create(country="US", name="Sales tax", rate_millipercent=7250, is_inclusive=False)


def tax_books() -> None:
    """Tax books at 7 % in DE, at nothing in US; ship to AT (1400), 20 % and 10 % on books; give a number."""
    SiteIdentity.objects.update(tax_number="DE400571727")
    zone = ShippingZone.objects.create(name="AT")
    ZoneCountry.objects.create(zone=zone, country="AT")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=1400)
    TaxRate.objects.create(country="AT", name="VAT", rate_millipercent=20000)
    books = TaxClass.objects.create(name="Books")
    for country, millipercent in (("DE", 7_000), ("AT", 10_000), ("US", 0)):
        rate = TaxRate.objects.get(country=country)
        ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=millipercent)


def put_flute_and_book_in_cart(client: Client) -> None:
    """Put a flute for 44.00 and a book for 22.00 into the cart; both are made unless there."""
    if not Variant.objects.filter(sku="B").exists():
        book = make_product(title="Songbook", tax_class=TaxClass.objects.get(name="Books"))
        make_variant(book, sku="B", price_minor=2200)
        make_variant(make_product(title="Quena"), sku="Q")
    for sku in ("Q", "B"):
        put_in_cart(client, Variant.objects.get(sku=sku))


def put_in_cart(client: Client, variant: Variant, quantity: int = 1) -> None:
    """Put units into the client's cart through the page's form."""
    answer = client.post("/cart/add/", {"sku": variant.sku, "quantity": quantity})
    assert answer.status_code == 303, answer.content.decode()[:2000]


def shown_total(html: str) -> str:
    """Return the hidden field that says which total the page shows."""
    match = re.search(r'name="shown_total" value="([^"]*)"', html)
    assert match, html[:2000]
    return match[1]


def send(client: Client, data: dict[str, Any]) -> Any:
    """Post the checkout form; return where it leads, or the checkout as it is shown again."""
    answer = client.post("/checkout/", data)
    is_shown_again = answer.status_code == 303 and answer["Location"] == "/checkout/"
    return client.get("/checkout/") if is_shown_again else answer


def look_at_checkout(client: Client, **overrides: Any) -> str:
    """Return the checkout as "update" shows it for what was typed."""
    answer = send(client, ADDRESS | overrides | {"update": "1"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def order_as_shown(client: Client, page: str, **overrides: Any) -> Any:
    """Post the checkout form, having seen this page."""
    return send(client, ADDRESS | overrides | {"shown_total": shown_total(page)})


def submit_checkout(client: Client, **overrides: Any) -> Any:
    """Post the checkout form with the total that the page shows for this destination."""
    page = send(client, ADDRESS | overrides | {"update": "1"})
    return send(client, ADDRESS | overrides | {"shown_total": shown_total(page.content.decode())})


def buy(client: Client, variant: Variant, quantity: int = 1, **overrides: Any) -> Order:
    """Order units of a variant; return the order, whose payment is open."""
    put_in_cart(client, variant, quantity)
    answer = submit_checkout(client, **overrides)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return Order.objects.latest("number")


def press(client: Client, order: Order, action: str) -> Any:
    """Press a button on the demo payment page of the order's newest payment."""
    session = DemoSession.objects.get(session_id=newest_payment(order).session_id)
    return client.post(f"/pay/demo/{session.token}/", {"action": action})


def newest_payment(order: Order) -> Payment:
    """Return the order's newest payment."""
    payment = order.payments.order_by("-attempt").first()
    assert payment is not None
    return payment
