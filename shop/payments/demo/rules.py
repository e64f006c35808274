"""What Stripe refuses, as far as the shop could get it wrong. Error: ApiError."""

import time
from typing import Any

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
    items = [_item(item) for item in params["line_items"]]
    currencies = {currency for _amount, currency in items}
    if len(currencies) != 1:
        raise ApiError(400, "", "All line items must have one currency.", "line_items")
    expires_at = whole(params["expires_at"], "expires_at")
    if not SHORTEST < expires_at - time.time() <= LONGEST:
        raise ApiError(400, "", "expires_at must be 30 minutes to 24 hours from now.", "expires_at")
    return sum(amount for amount, _currency in items), currencies.pop(), expires_at


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
    amount = whole(params.get("amount", ""), "amount")
    if amount < 1 or amount > left:
        raise ApiError(400, "amount_too_large", "Refund amount is greater than what is left.", "amount")
    return amount


def whole(text: str, param: str) -> int:
    """Return a whole number that is not negative. Raises ApiError."""
    if not (text.isascii() and text.isdigit()):
        raise ApiError(400, "parameter_invalid_integer", f"Invalid integer: {text}", param)
    return int(text)
