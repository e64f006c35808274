"""What Stripe refuses, as far as the shop could get it wrong. Error: ApiError."""

import time
from typing import Any

from shop.money import SMALLEST_CHARGES
from shop.payments import stripe_limits

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds a session may stay open


class ApiError(Exception):
    """An error answer of the API: HTTP status, code, message and the parameter it names."""

    def __init__(self, status: int, code: str, message: str, param: str = "") -> None:
        """Keep the parts of the answer."""
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param

    def body(self) -> dict[str, Any]:
        """Return the JSON document of the error."""
        kind = "idempotency_error" if self.code == "idempotency_error" else "invalid_request_error"
        error = {"type": kind, "code": self.code, "message": self.message, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value}}


def check_session(params: dict[str, Any]) -> tuple[int, str, int]:
    """Return (amount, currency, expires_at) of a session. Raises ApiError as Stripe would."""
    for name in ("mode", "success_url", "line_items", "expires_at"):
        if not params.get(name):
            raise ApiError(400, "parameter_missing", f"Missing required param: {name}.", name)
    check_maxima(params)
    items = [_item(item) for item in params["line_items"]]
    currencies = {currency for _amount, currency in items}
    if len(currencies) != 1:
        raise ApiError(400, "", "All line items must have one currency.", "line_items")
    expires_at = whole(params["expires_at"], "expires_at")
    if not SHORTEST < expires_at - time.time() <= LONGEST:
        raise ApiError(400, "", "expires_at must be 30 minutes to 24 hours from now.", "expires_at")
    amount, currency = sum(amount for amount, _currency in items), currencies.pop()
    _check_total(amount, currency)
    return amount, currency, expires_at


def check_maxima(params: dict[str, Any], *, key: str = "") -> None:
    """Raise ApiError for the first part of a request, or its key, that is larger than Stripe takes."""
    if len(key) > stripe_limits.IDEMPOTENCY_KEY:
        most = stripe_limits.IDEMPOTENCY_KEY
        raise ApiError(400, "idempotency_error", f"Idempotency keys have at most {most} characters.")
    for param, message in stripe_limits.excesses(params):
        raise ApiError(400, "", message, param)


def _check_total(amount: int, currency: str) -> None:
    if amount > stripe_limits.LARGEST_AMOUNT:
        raise ApiError(400, "amount_too_large", "The total amount has more than eight digits.", "line_items")
    if amount < SMALLEST_CHARGES.get(currency.upper(), 1):
        raise ApiError(400, "amount_too_small", "The total amount is below the minimum charge.", "line_items")


def _item(item: dict[str, Any]) -> tuple[int, str]:
    price = item.get("price_data", {})
    amount = whole(price.get("unit_amount", ""), "line_items[price_data][unit_amount]")
    if not price.get("product_data", {}).get("name"):
        raise ApiError(400, "parameter_missing", "Missing required param: name.", "line_items")
    return amount * whole(item.get("quantity", ""), "line_items[quantity]"), str(price.get("currency"))


def check_refund(params: dict[str, Any], *, left: int, is_disputed: bool) -> int:
    """Return the amount to refund. Raises ApiError when the bank has it, or for more than `left`."""
    if is_disputed:
        raise ApiError(400, "charge_disputed", "This charge has been charged back.", "payment_intent")
    check_maxima(params)
    amount = whole(params.get("amount", ""), "amount")
    if amount < 1 or amount > left:
        raise ApiError(400, "amount_too_large", "Refund amount is greater than what is left.", "amount")
    return amount


def whole(text: str, param: str) -> int:
    """Return a whole number that is not negative. Raises ApiError."""
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, "parameter_invalid_integer", f"Invalid integer: {text}", param)
    return int(text)
