"""Buyers at different network addresses, and what one reads who has to wait."""

from typing import Any

from django.test import Client

TESTER, OFFICE, HOME = "203.0.113.7", "198.51.100.1", "192.0.2.5"


def at(address: str) -> Client:
    """Return a new browser at a network address."""
    return Client(REMOTE_ADDR=address)


def assert_asked_to_wait(answer: Any, minutes: int) -> None:
    """Fail unless the page says in how many minutes to try again, and says it to machines too."""
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == minutes * 60
    assert f"please try again in {minutes} minutes" in answer.content.decode()
