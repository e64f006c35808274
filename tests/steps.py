"""How much work a call is, counted and not timed: a busy machine counts the same."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(function: Callable[..., Any], *args: Any) -> int:
    """Return how many lines of Python a call runs."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(None)
    return count
