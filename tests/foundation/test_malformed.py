"""Rules of malformed requests: our page with 400, nothing hidden that is a defect of ours."""

import pytest
from django.db import DataError
from django.test import Client
from django.urls import ResolverMatch

from foundation import malformed

PAGE = "We could not read that"


def ask(rf, address="/", *, method="GET", app="", url_name="x"):
    request = rf.generic(method, address)
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name=url_name, app_names=[app] if app else []
    )
    return request


def refused(request, error):
    middleware = malformed.MalformedRequests(lambda request: pytest.fail("not asked"))
    return middleware.process_exception(request, error)


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-7", "no-such", "rot13", "idna", "utf-16", "latin-1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_charsets_than_utf8_are_answered_400_with_our_page(client, charset, method):
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    response = client.generic(method, "/", b"a=1", content_type=content_type)
    assert response.status_code == 400
    assert PAGE in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_utf8_by_any_name_is_read(client, charset):
    assert client.generic("GET", "/", b"a", content_type=f"text/plain; charset={charset}").status_code == 200


@pytest.mark.django_db
def test_cookie_with_a_nul_byte_is_as_good_as_none():
    response = Client(headers={"cookie": 'kora_staff="\\000\\000\\000\\000\\000\\000\\000\\000"'}).get(
        "/admin/"
    )
    assert response.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/admin/shop/order/?created_at__year=-1",
        "/admin/shop/order/?id__gt=%00",
        "/admin/blog/article/?status__range=1",
        "/admin/blog/article/abc/history/",
        "/admin/shop/product/?id__regex=(",
    ],
)
def test_odd_question_in_the_admin_is_never_a_500(owner_client, address):
    """An empty list may answer 200: nothing was compared."""
    assert owner_client.get(address).status_code in {200, 302, 400, 404}


@pytest.mark.django_db
def test_odd_question_is_logged_with_its_traceback(rf, caplog):
    answer = refused(ask(rf, "/admin/shop/order/?x=1", app="admin"), ValueError("year -1 is out of range"))
    assert answer.status_code == 400
    assert caplog.records[-1].exc_info


@pytest.mark.parametrize("error", [ValueError("x"), DataError("value too long for type"), RuntimeError("x")])
def test_defect_of_ours_stays_a_defect_on_public_pages(rf, error):
    assert refused(ask(rf, "/?q=a"), error) is None


def test_defect_of_ours_stays_a_defect_where_staff_save(rf):
    request = ask(
        rf, "/admin/shop/order/1/change/?x=1", method="POST", app="admin", url_name="shop_order_change"
    )
    assert refused(request, ValueError("x")) is None


def test_page_of_the_admin_that_was_asked_nothing_hides_no_defect(rf):
    assert refused(ask(rf, "/admin/", app="admin"), ValueError("x")) is None


@pytest.mark.django_db
def test_nul_byte_that_the_database_refuses_is_a_400_everywhere(rf):
    error = DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    assert refused(ask(rf, "/", method="POST"), error).status_code == 400
