"""The maxima that Stripe documents for what the shop sends it, in one table.

The shop composes its requests by them; the demo's Stripe and the tests' recorder refuse what exceeds one.
Lengths are counted in characters, amounts in Stripe's smallest units of a currency.
Source: https://docs.stripe.com/api/checkout/sessions/create, https://docs.stripe.com/api/metadata,
https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/api/expanding_objects,
https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
"""

import re
from collections.abc import Iterator
from typing import Any

LINE_ITEMS = 100
PRODUCT_NAME = 250
LARGEST_AMOUNT = 99_999_999  # eight digits
METADATA_KEYS, METADATA_KEY, METADATA_VALUE = 50, 40, 500
IDEMPOTENCY_KEY = 255
EXPAND_DEPTH = 4

# Where a text stands in a request (list positions left out) and how long it may be.
TEXTS = {
    "cancel_url": 5000,
    "client_reference_id": 200,
    "custom_text[submit][message]": 1200,
    "customer_email": 512,
    "line_items[price_data][product_data][name]": PRODUCT_NAME,
    "payment_intent": 5000,
    "success_url": 5000,
}
AMOUNTS = {"amount", "line_items[price_data][unit_amount]"}


def excesses(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give parameter and sentence for whatever in a request, its leaves as text, exceeds a maximum."""
    items = params.get("line_items")
    if isinstance(items, list) and len(items) > LINE_ITEMS:
        yield "line_items", f"The session has {len(items)} line items; at most {LINE_ITEMS} are allowed."
    for path in params.get("expand", []):
        if path.count(".") >= EXPAND_DEPTH:
            yield "expand", f"You cannot expand more than {EXPAND_DEPTH} levels of a property."
    for path, value in _leaves(params, ""):
        yield from _excess(path, value)
    for path, texts in _metadata(params, ""):
        yield from _metadata_excesses(path, texts)


def _excess(path: str, value: str) -> Iterator[tuple[str, str]]:
    place = re.sub(r"\[\d+\]", "", path)
    most = TEXTS.get(place)
    if most is not None and len(value) > most:
        yield path, f"Invalid string: {value[:40]}…; must be at most {most} characters"
    if place in AMOUNTS and value.isdigit() and int(value[:20]) > LARGEST_AMOUNT:
        yield path, f"Invalid integer: amounts have at most {len(str(LARGEST_AMOUNT))} digits."


def _metadata_excesses(path: str, texts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if len(texts) > METADATA_KEYS:
        yield path, f"Metadata can have at most {METADATA_KEYS} keys."
    for key, value in texts.items():
        if len(key) > METADATA_KEY:
            yield path, f"Invalid key: {key} must be a string under {METADATA_KEY} characters"
        if len(str(value)) > METADATA_VALUE:
            yield path, f"Invalid val: {value} must be a string under {METADATA_VALUE} characters"


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node, dict | list):
        yield path, str(node)
        return
    steps = node.items() if isinstance(node, dict) else enumerate(node)
    for step, child in steps:
        yield from _leaves(child, f"{path}[{step}]" if path else str(step))


def _metadata(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for step, child in node.items():
        if isinstance(child, dict):
            place = f"{path}[{step}]" if path else step
            if step == "metadata":
                yield place, child
            else:
                yield from _metadata(child, place)
