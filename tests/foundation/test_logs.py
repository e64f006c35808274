"""Rules of logs: no token of an order, one quiet line for what strangers try."""

import logging

import pytest
from django.conf import settings

from foundation.logs import QuietRefusals, WithoutTokens

TOKEN = "abcDEF123_-abcDEF123"


def record(
    message: str, *args: object, name: str = "x", error: BaseException | None = None
) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, exc_info)


def failed(text: str) -> BaseException:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Forbidden: %s", (f"/orders/{TOKEN}/pay/",)),
        (f"https://shop.example/orders/{TOKEN}/papers/invoice-1.pdf", ()),
        (f"Referer: /pay/demo/{TOKEN}/", ()),
    ],
)
def test_token_of_an_order_is_in_no_line(message, args):
    line = WithoutTokens("{message}", style="{").format(record(message, *args))
    assert TOKEN not in line
    assert "..." in line


def test_token_of_an_order_is_in_no_traceback():
    line = WithoutTokens().format(record("x", error=failed(f"/orders/{TOKEN}/")))
    assert "Traceback" in line
    assert TOKEN not in line


def test_other_addresses_stay_whole():
    assert WithoutTokens().format(record("/products/kuta-kalimba/")) == "/products/kuta-kalimba/"


def test_refused_host_is_one_quiet_line():
    refused = record("Invalid HTTP_HOST\nheader", name="django.security.DisallowedHost", error=failed("x"))
    assert QuietRefusals().filter(refused)
    assert logging.Formatter().format(refused) == "Invalid HTTP_HOST"
    assert refused.levelno == logging.WARNING


def test_defect_keeps_its_traceback():
    defect = record("x", name="django.request", error=failed("x"))
    QuietRefusals().filter(defect)
    assert defect.exc_info
    assert defect.levelno == logging.ERROR


def test_both_stand_in_the_settings():
    handler = settings.LOGGING["handlers"]["stderr"]
    assert handler["filters"] == ["quiet refusals"]
    assert settings.LOGGING["formatters"][handler["formatter"]]["()"] == "foundation.logs.WithoutTokens"


@pytest.mark.django_db
def test_unknown_host_is_answered_400_with_our_page(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "We could not read that" in answer.content.decode()
