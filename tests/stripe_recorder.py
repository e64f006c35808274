"""Records each request the shop sends to Stripe and checks it against the installed package's types.

Names, nesting, kinds and enums come from the TypedDicts that stripe ships for its parameters; where
these take any text for the kind of an event, the kinds that a webhook can subscribe to count. Every
POST must carry an idempotency key unless its path needs none. An empty recording fails.
"""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, Union
from urllib.parse import urlsplit

from stripe.params import (
    DisputeListParams,
    DisputeRetrieveParams,
    EventListParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    WebhookEndpointCreateParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)
from typing_extensions import is_typeddict

from shop.payments import stripe_limits
from shop.payments.demo.encoding import decode
from shop.payments.stripe_api import Answer, Server

EVENTS = "/v1/events"
SHAPES = [
    ("POST", r"/v1/checkout/sessions", SessionCreateParams),
    ("GET", r"/v1/checkout/sessions", SessionListParams),
    ("POST", r"/v1/checkout/sessions/\w+/expire", SessionExpireParams),
    ("GET", r"/v1/checkout/sessions/\w+", SessionRetrieveParams),
    ("POST", r"/v1/refunds", RefundCreateParams),
    ("GET", r"/v1/refunds", RefundListParams),
    ("GET", r"/v1/refunds/\w+", RefundRetrieveParams),
    ("GET", r"/v1/disputes", DisputeListParams),
    ("GET", r"/v1/disputes/\w+", DisputeRetrieveParams),
    ("GET", EVENTS, EventListParams),
]
NEEDS_NO_KEY = re.compile(r".*/expire")


@dataclass
class Recorder:
    """Passes requests on to a server and keeps method, path, parameters and mistakes of each."""

    server: Server
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Check one request and answer it."""
        parts = urlsplit(url)
        params = decode(body or parts.query)
        self.requests.append((method.upper(), parts.path, params))
        self.mistakes += mistakes_in(method.upper(), parts.path, headers, params)
        return self.server(method, url, headers, body)

    def assert_valid(self) -> None:
        """Fail when nothing was recorded or a request was not one that Stripe's types allow."""
        assert self.requests, "nothing was sent to Stripe"
        assert not self.mistakes, "\n".join(self.mistakes)


def mistakes_in(method: str, path: str, headers: Mapping[str, str], params: dict[str, Any]) -> list[str]:
    """Return what is wrong with a request."""
    shape = next((s for verb, p, s in SHAPES if verb == method and re.fullmatch(p, path)), None)
    if shape is None:
        return [f"{method} {path}: not a call this shop makes"]
    found = _dict_mistakes(params, shape, path)
    if path == EVENTS:
        found += _mistakes(
            params.get("types", []), _hints(WebhookEndpointCreateParams)["enabled_events"], path
        )
    found += [f"{path}[{param}]: {message}" for param, message in stripe_limits.excesses(params)]
    names = {name.lower(): value for name, value in headers.items()}
    if len(names.get("idempotency-key", "")) > stripe_limits.IDEMPOTENCY_KEY:
        found.append(f"{method} {path}: the idempotency key is too long")
    if method == "POST" and "idempotency-key" not in names and not NEEDS_NO_KEY.fullmatch(path):
        found.append(f"{method} {path}: no idempotency key")
    return found


def _dict_mistakes(value: Any, shape: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} should be nested"]
    options = {"api_key", "stripe_version", "stripe_account", "stripe_context", "idempotency_key",
               "max_network_retries", "content_type", "headers"}  # fmt: skip
    allowed = {name: hint for name, hint in _hints(shape).items() if name not in options}
    found = [f"{where}[{name}]: unknown" for name in value if name not in allowed]
    needed = [name for name, hint in allowed.items() if typing.get_origin(hint) is not NotRequired]
    found += [f"{where}[{name}]: missing" for name in needed if name not in value]
    for name in value:
        if name in allowed:
            found += _mistakes(value[name], allowed[name], f"{where}[{name}]")
    return found


def _hints(shape: Any) -> dict[str, Any]:
    names = {"StripeContext": object, "Mapping": Mapping}
    return typing.get_type_hints(shape, localns=names, include_extras=True)


def _mistakes(value: Any, hint: Any, where: str) -> list[str]:  # noqa: PLR0911 - a kind a line
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is NotRequired:
        return _mistakes(value, args[0], where)
    if origin in {Union, types.UnionType}:
        return min((_mistakes(value, arg, where) for arg in _strict(args)), key=len)
    if origin is Literal:
        return [] if value in args else [f"{where}: {value!r} is not one of {args[:8]}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{where}: {value!r} should be a list"]
        return [m for i, item in enumerate(value) for m in _mistakes(item, args[0], f"{where}[{i}]")]
    if origin is not None:  # Dict[str, str], UntypedStripeObject[str]: metadata
        is_texts = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        return [] if is_texts else [f"{where}: {value!r} should map names to texts"]
    if is_typeddict(hint):
        return _dict_mistakes(value, hint, where)
    return [] if _is_kind(value, hint) else [f"{where}: {value!r} is not {hint}"]


def _strict(args: tuple[Any, ...]) -> list[Any]:
    """Leave out the `str` that stands beside an enum for values of the future; `""` clears a field."""
    has_enum = any(typing.get_origin(a) is Literal and typing.get_args(a) != ("",) for a in args)
    return [arg for arg in args if not (has_enum and arg is str)]


def _is_kind(value: Any, hint: Any) -> bool:
    if not isinstance(value, str):
        return False
    if hint is int:
        return re.fullmatch(r"-?[0-9]+", value) is not None
    if hint is bool:
        return value in {"true", "false"}
    return True
