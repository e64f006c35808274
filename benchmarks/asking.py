"""Requests whose cost is measured: encoded beforehand, sent through all middleware, timed in this process."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from django.test import Client

MOST = 200  # CPU milliseconds that any request may take
BODY = 2_900_000  # bytes of a form, just under DATA_UPLOAD_MAX_MEMORY_SIZE
ADDRESS = 7_000  # characters of an address that web servers take
SCRIPTS = "अक਼અଅஅఅಅഅංกກကកअ中한ァაאبաሀއབᠠᐁⴰߊܐ"
TEXTS = {
    "letters": "a", "words": "ab ", "accents": "e\u0301", "ligatures": "\ufdfa", "at signs": "a@",
    "dots": "a.", "digits": "1", "blanks": " ", "scripts": SCRIPTS, "marks": "\u0301", "tags": "<a",
    "dashes": "-", "lines": "\n", "ampersands": "&", "quotes": '"',
}  # fmt: skip
Ask = Callable[["Client"], "HttpResponseBase"]


class Asked(NamedTuple):
    """A request with its name, whether the owner of the shop asks, and what counts as its answer."""

    name: str
    ask: Ask
    is_staff: bool = False
    tries: int = 2


class Spent(NamedTuple):
    """What a request cost."""

    milliseconds: float
    status: int
    name: str


def long(text: str, size: int) -> str:
    """Return a text that repeats itself until it has so many bytes."""
    return text * (size // len(text.encode()))


def get(name: str, address: str, query: Mapping[str, Any] | None = None, **kwargs: Any) -> Asked:
    """Make a GET; `is_staff` and `headers` may be given."""
    whole = f"{address}?{urlencode(query)}" if query else address
    headers = kwargs.pop("headers", None)
    return Asked(name, lambda c: c.get(whole, headers=headers), **kwargs)


def post(name: str, address: str, data: dict[str, Any], *, is_staff: bool = False, tries: int = 2) -> Asked:
    """Make a POST as browsers send it with files: the largest texts fit into it."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    body = encode_multipart(BOUNDARY, data)
    return Asked(name, lambda c: c.generic("POST", address, body, MULTIPART_CONTENT), is_staff, tries)


def plain(name: str, address: str, body: str, content_type: str) -> Asked:
    """Make a POST of this body."""
    return Asked(name, lambda c: c.generic("POST", address, body, content_type))


def measured(client: "Client", asked: Asked) -> Spent:
    """Return the CPU milliseconds of the better of two tries, since other work makes them longer."""
    from foundation.limits import LimitCounter

    best, status = float("inf"), 0
    for _try in range(asked.tries):
        LimitCounter.objects.all().delete()  # a refusal for asking too often would cost nothing
        began = time.process_time()
        answer = asked.ask(client)
        b"".join(answer.streaming_content) if answer.streaming else None  # type: ignore[attr-defined]
        best, status = min(best, (time.process_time() - began) * 1000), answer.status_code
        if best < MOST / 2:
            break
    return Spent(best, status, asked.name)
