"""Whatever bytes a stranger sends to whatever address: an answer of ours, never a 500, never a hang."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from foundation.malformed import Application
from shop.payments import stripe_api, webhooks
from shop.payments.models import WebhookEvent
from tests.faults import hostile
from tests.faults.hostile import Shot

WEBHOOK = "/payments/stripe/webhook/"


def broken(client: Client, shots: Iterable[Shot]) -> list[str]:
    """Send all and return those that broke something."""
    client.raise_request_exception = False
    found, count = [], 0
    for count, shot in enumerate(shots, start=1):  # noqa: B007
        response = client.generic(
            shot.method,
            shot.address,
            shot.body,
            content_type=shot.content_type,
            **dict[str, Any](shot.headers),
        )
        is_honest = shot.address.startswith("/readyz") and response.status_code == 503  # no worker runs here
        if response.status_code >= 500 and not is_honest:
            found.append(f"{response.status_code} {shot}"[:300])
    assert count, "a sweep that sends nothing proves nothing"
    return found


def signed(body: bytes) -> Shot:
    header = stripe_api.sign(body.decode(errors="replace"), secret=webhooks.secret())
    return Shot("POST", WEBHOOK, body, "application/json", {"HTTP_STRIPE_SIGNATURE": header})


@pytest.mark.django_db
@pytest.mark.parametrize("query", hostile.QUERIES)
def test_no_query_breaks_a_public_page(client, query):
    addresses = hostile.addresses(of_admin=False)
    assert broken(client, [Shot("GET", f"{address}?{query}") for address in addresses]) == []


@pytest.mark.django_db
def test_no_address_breaks_the_admin(owner_client):
    assert broken(owner_client, [Shot("GET", a) for a in hostile.addresses(of_admin=True)]) == []


@pytest.mark.django_db(transaction=True)
def test_no_question_breaks_a_list_of_the_admin(owner_client):
    shots = [Shot("GET", f"{address}?{query}") for address, query in hostile.list_questions()]
    assert broken(owner_client, shots) == []


@pytest.mark.django_db
def test_no_question_breaks_the_admins_choosers(owner_client):
    shots = [Shot("GET", f"/admin/autocomplete/?{query}") for query in hostile.AUTOCOMPLETE]
    assert broken(owner_client, shots) == []


@pytest.mark.django_db
@pytest.mark.parametrize("of_admin", [False, True])
def test_no_body_breaks_an_address(owner_client, of_admin):
    """Every address takes its share of the bodies; those that take forms take all of them."""
    bodies = hostile.bodies()
    shots = [
        Shot("POST", address, body, content_type)
        for n, address in enumerate(hostile.plain_addresses(of_admin=of_admin))
        for content_type, body in (bodies if address in hostile.FORMS else bodies[n % 7 :: 7])
    ]
    assert broken(owner_client, shots) == []


@pytest.mark.django_db
def test_no_content_type_breaks_a_page(client):
    shots = [Shot("GET", "/", b"a", content_type) for content_type, _body in hostile.bodies()]
    assert broken(client, shots) == []


@pytest.mark.django_db
def test_no_cookie_breaks_a_page(client):
    shots = [
        Shot("GET", address, headers={"HTTP_COOKIE": f"{name}={value}"})
        for address in ("/", "/cart/", "/checkout/", "/admin/", "/blog/what-is-music-therapy/")
        for name in hostile.COOKIE_NAMES
        for value in hostile.COOKIES
    ]
    assert broken(client, shots) == []


@pytest.mark.django_db
def test_no_header_breaks_a_page(client):
    shots = [
        Shot("GET", address, headers={name: value})
        for address, is_dear in (("/healthz", 0), ("/search/?q=a", 1), ("/media/x.jpg", 0))
        for n, name in enumerate(hostile.HEADERS)
        for value in (hostile.HEADER_VALUES[n % 3 :: 3] if is_dear else hostile.HEADER_VALUES)
    ]
    assert broken(client, shots) == []


@pytest.mark.django_db
@pytest.mark.parametrize("body", hostile.events(), ids=lambda body: repr(body[:30] + body[-30:]))
def test_event_that_stripe_cannot_have_sent_is_refused_though_signed(client, body):
    shot = signed(body)
    response = client.generic("POST", WEBHOOK, body, content_type=shot.content_type, **shot.headers)
    assert response.status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "t=²,v1=x", f"t={'9' * 5000},v1=x", "t=1e9,v1=é", "t=\x00", "t,v1"])
def test_odd_signature_is_refused(client, header):
    response = client.generic("POST", WEBHOOK, b"{}", HTTP_STRIPE_SIGNATURE=header)
    assert response.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["text/plain; x*=no-such''%FF", "text/plain; charset=\x00"])
def test_content_type_that_django_itself_cannot_read_is_a_400(rf, content_type):
    environ = rf.get("/").environ | {"CONTENT_TYPE": content_type}
    statuses: list[str] = []
    body = Application()(environ, lambda status, headers: statuses.append(status))
    assert statuses == ["400 Bad Request"]
    assert b"We could not read that" in b"".join(body)
