"""What the outside sees: /readyz, and a 503 instead of a 500 while the database is away."""

import datetime as dt
import errno

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from foundation import heartbeats
from shop.payments.models import WebhookEvent
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS

pytestmark = pytest.mark.django_db
FORM = {"sku": "X", "quantity": "1"}


def away(*args):
    raise OperationalError("connection refused: kora at 10.0.0.7, port 5432")


@pytest.fixture
def database_away():
    with connection.execute_wrapper(away):
        yield


@pytest.fixture
def visitor() -> Client:
    """Open a browser that is shown errors, as anybody's is."""
    return Client(raise_request_exception=False)


def assert_is_the_503_page(response) -> None:
    page = response.content.decode()
    assert response.status_code == 503, page[:500]
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "We are back in a moment" in page
    assert "10.0.0.7" not in page
    assert response["Content-Security-Policy"]


@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize(
    "address",
    ["/", "/collections/", "/products/flute/", "/search/?q=flute", "/blog/", "/blog/feed.atom",
     "/pages/terms/", "/orders/unknown/", "/no-such-page/", "/admin/login/"],
)  # fmt: skip
def test_pages_answer_503_while_the_database_is_away(visitor, address):
    assert_is_the_503_page(visitor.get(address))


def test_the_cart_and_checkout_of_a_buyer_answer_503_while_the_database_is_away(visitor):
    sku = make_variant(on_hand=3).sku
    assert visitor.post("/cart/add/", {"sku": sku, "quantity": "1"}).status_code == 303
    with connection.execute_wrapper(away):
        assert_is_the_503_page(visitor.get("/cart/"))
        assert_is_the_503_page(visitor.get("/checkout/"))
        assert_is_the_503_page(visitor.post("/checkout/", ADDRESS))
        assert_is_the_503_page(visitor.post("/cart/add/", {"sku": sku, "quantity": "1"}))


@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("address", ["/cart/add/", "/checkout/", "/comments/post/", "/admin/login/"])
def test_forms_answer_503_while_the_database_is_away(visitor, address):
    assert_is_the_503_page(visitor.post(address, FORM | {"username": "owner", "password": "x"}))


def test_the_admin_answers_503_while_the_database_is_away(visitor, owner):
    visitor.force_login(owner)
    with connection.execute_wrapper(away):
        assert_is_the_503_page(visitor.get("/admin/"))
        assert_is_the_503_page(visitor.get("/admin/shop/order/"))


def test_an_outage_is_one_line_in_the_log_and_a_defect_has_its_traceback(visitor, monkeypatch, caplog):
    with connection.execute_wrapper(away):
        visitor.get("/admin/login/")
    monkeypatch.setattr("config.searching.search", lambda request: {}["x"])
    visitor.get("/search/?q=x")
    outage, defect = caplog.records
    assert outage.getMessage().startswith("Service Unavailable: /admin/login/ (OperationalError: connection")
    assert outage.exc_info is None
    assert defect.exc_info is not None


def test_a_full_disk_answers_503(visitor, monkeypatch):
    def full(request):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("config.searching.search", full)
    assert_is_the_503_page(visitor.get("/search/?q=x"))


def test_a_defect_still_answers_500(visitor, monkeypatch):
    monkeypatch.setattr("config.searching.search", lambda request: {}["x"])
    response = visitor.get("/search/?q=x")
    assert response.status_code == 500
    assert "A string broke" in response.content.decode()


@pytest.mark.usefixtures("database_away")
def test_the_processs_own_health_does_not_depend_on_the_database(visitor):
    assert visitor.get("/healthz").status_code == 200


def test_a_shop_whose_worker_works_is_ready(client):
    heartbeats.beat("w")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": dict.fromkeys(["database", "migrations", "worker", "jobs", "webhooks"], "ok"),
    }
    assert "no-store" in response["Cache-Control"]


def test_readiness_costs_a_query_a_check_however_much_there_is(client, django_assert_num_queries):
    for number in range(3):
        WebhookEvent.objects.create(event_id=f"evt_{number}", kind="x", payload={})
        heartbeats.beat(f"w{number}")
    client.get("/readyz")
    with django_assert_num_queries(5):
        client.get("/readyz")


def test_a_shop_without_worker_is_not_ready(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["checks"]["worker"] == "none is running"


def test_an_event_that_nobody_worked_on_makes_the_shop_unready(client):
    heartbeats.beat("w")
    event = WebhookEvent.objects.create(event_id="evt_1", kind="x", payload={})
    assert client.get("/readyz").status_code == 200
    WebhookEvent.objects.update(received_at=timezone.now() - dt.timedelta(seconds=400))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["webhooks"] == "the oldest has waited for 400 s, more than 300"
    WebhookEvent.objects.filter(pk=event.pk).update(status=WebhookEvent.Status.DONE)
    assert client.get("/readyz").status_code == 200


def test_an_event_that_waits_for_what_it_speaks_of_does_not_make_the_shop_unready(client):
    heartbeats.beat("w")
    event = WebhookEvent.objects.create(event_id="evt_1", kind="x", payload={}, note="No payment for it.")
    WebhookEvent.objects.filter(pk=event.pk).update(received_at=timezone.now() - dt.timedelta(days=2))
    assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("database_away")
def test_readiness_names_a_database_that_is_away_and_tells_no_secret(visitor):
    response = visitor.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {
        "database": "the database fails: OperationalError",
        "migrations": "not asked", "worker": "not asked", "jobs": "not asked", "webhooks": "not asked",
    }  # fmt: skip
    assert b"10.0.0.7" not in response.content


def test_readiness_is_only_read(client):
    assert client.post("/readyz").status_code == 405
