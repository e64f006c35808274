"""Tokens of others: 404 and never a hint, the same bytes whatever was guessed."""

import re

import pytest
from django.test import Client

from shop.cart import cookies
from shop.payments.demo.models import DemoSession
from tests.shop.checkout_builders import buy

pytestmark = [pytest.mark.django_db]


def guesses(token, *numbers):
    """What somebody might try who knows nothing, or almost everything."""
    almost = [token[:-1], token[1:], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B")]
    odd = ["x", "x" * 32, "x" * 500, "0", "1", "%00", "a%00b", "..", "%F0%9F%92%A5", "' OR 1=1 --"]
    return [*almost, token.swapcase(), *odd, *map(str, numbers)]


def said(answer):
    """Status, headers and bytes, but for the address that was asked for and its length."""
    headers = {name: text for name, text in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, re.sub(rb'<meta property="og:url"[^>]*>', b"", answer.content)


@pytest.mark.parametrize("step", ["", "pay/", "cancel/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_order_token_and_one_that_never_was_are_answered_alike(client, variant, step, method):
    order = buy(client, variant)
    if (step, method) == ("", "post"):
        method = "head"
    answers = [
        getattr(Client(), method)(f"/orders/{guess}/{step}")
        for guess in guesses(order.token, order.number, order.pk)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all(said(answer) == said(answers[0]) for answer in answers)
    order.refresh_from_db()
    assert order.status == "pending"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_demo_token_and_one_that_never_was_are_answered_alike(client, variant, method):
    order = buy(client, variant)
    session = DemoSession.objects.get()
    tried = guesses(session.token, session.pk, order.number, session.session_id)
    answers = [getattr(Client(), method)(f"/pay/demo/{guess}/", {"action": "pay"}) for guess in tried]
    assert {answer.status_code for answer in answers} == {404}
    assert all(said(answer) == said(answers[0]) for answer in answers)
    session.refresh_from_db()
    assert session.status == "open"


def test_a_cart_that_never_was_and_a_forged_one_are_answered_alike(client, variant):
    buy(client, variant)
    token, _units = cookies.read(type("Request", (), {"COOKIES": _cookies(client)}))
    pages = []
    for value in (
        cookies._signer.sign("x" * 32 + ".0"),
        f"{token}.1:forged",
        "",
        f"{token}.1",
        "\u00e9:\u00e9",
    ):
        stranger = Client()
        stranger.cookies[cookies.NAME] = value
        pages.append(stranger.get("/cart/").content)
    assert set(pages) == {pages[0]}
    assert b"Your cart is empty." in pages[0]


def _cookies(client):
    return {name: morsel.value for name, morsel in client.cookies.items()}
