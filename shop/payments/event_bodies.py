"""The JSON of an event, read strictly: what Stripe never sends and no database keeps is refused.

Knows neither Stripe nor Django.
"""

import json
import math
import re
from typing import Any, NoReturn

DEEPEST = 40  # levels; Stripe's own objects have about ten
_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL keeps neither NUL nor half a character


def read(body: bytes) -> Any:
    """Return what a body says. Raises ValueError for NaN, depth, and texts that cannot be kept."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _check(found, DEEPEST)
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _check(found: Any, levels: int) -> None:
    if levels == 0:
        raise ValueError("nested too deeply")
    if isinstance(found, str) and _UNKEEPABLE.search(found):
        raise ValueError("a text that cannot be kept")
    if isinstance(found, dict):
        for key, value in found.items():
            _check(key, levels)
            _check(value, levels - 1)
    elif isinstance(found, list):
        for value in found:
            _check(value, levels - 1)
