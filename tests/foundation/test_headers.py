"""Rules of methods and headers, for every public address of the URLconf."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve

from foundation import methods
from tests.faults import hostile

PUBLIC = hostile.plain_addresses(of_admin=False)
OTHERS = ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "x"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", OTHERS)
def test_other_methods_are_refused_without_a_query_or_a_page(client, method, django_assert_num_queries):
    with django_assert_num_queries(0):
        answers = [
            client.generic(method, address) for address in [*PUBLIC, "/admin/", "/static/x.css", "/no/"]
        ]
    assert {answer.status_code for answer in answers} == {405}
    assert {answer.content for answer in answers} == {b""}
    assert all(answer["Content-Security-Policy"] for answer in answers)


def allowed(answer):
    return answer["Allow"].split(", ")


def not_refused(client, address):
    """The methods that an address does not answer 405; whose 405 names others is found out here."""
    answers = {method: client.generic(method, address) for method in methods.METHODS}
    taken = [method for method, answer in answers.items() if answer.status_code != 405]
    assert all(allowed(answer) == taken for answer in answers.values() if answer.status_code == 405)
    return taken


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_allow_names_exactly_the_methods_that_the_address_takes(client, address):
    taken = not_refused(client, address)
    assert {method: allowed(client.generic(method, address)) for method in OTHERS} == dict.fromkeys(
        OTHERS, taken
    )


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("/", ["GET", "HEAD"]),
        ("/cart/", ["GET", "HEAD"]),
        ("/cart/add/", ["GET", "HEAD", "POST"]),
        ("/cart/update/", ["POST"]),
        ("/comments/post/", ["POST"]),
        ("/payments/stripe/webhook/", ["POST"]),
        ("/media/renditions/x.webp", ["GET", "HEAD"]),
        ("/static/x.css", ["GET", "HEAD"]),
        ("/no/", ["GET", "HEAD"]),
    ],
)
def test_allow_tells_pages_from_forms(client, address, taken):
    assert allowed(client.options(address)) == taken


@pytest.mark.django_db
def test_allow_is_as_true_in_the_admin(admin_user):
    wrong = {}
    for address in hostile.plain_addresses(of_admin=True):
        client = Client()
        client.force_login(admin_user)
        named, taken = allowed(client.options(address)), not_refused(client, address)
        if named != taken:
            wrong[address] = (named, taken)
    assert wrong == {}


def test_every_public_view_says_which_methods_it_takes():
    silent = {address for address in PUBLIC if not hasattr(resolve(address).func, "methods")}
    assert silent == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/blog/", "/blog/feed.atom", "/healthz", "/collections/", "/search/"]
)
def test_public_pages_answer_head_like_get_without_a_body(client, address):
    whole, head = client.get(address), client.head(address)
    assert (whole.status_code, head.status_code) == (200, 200)
    assert head.content == b""
    assert head["Content-Type"] == whole["Content-Type"]


@pytest.mark.django_db
def test_what_only_shows_cannot_be_posted_to(client):
    takes_forms = ("/cart/", "/checkout/", "/comments/", "/orders/", "/payments/", "/pay/")
    shows = [address for address in PUBLIC if not address.startswith(takes_forms)]
    assert len(shows) > 15
    assert {address for address in shows if client.post(address).status_code != 405} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_every_answer_says_what_the_browser_may_do_with_it(client, address):
    headers = client.get(address).headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}
    assert headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/blog/", "/search/?q=a", "/cart/", "/no-such-page/"])
def test_no_shared_cache_keeps_a_page_with_a_cart_count(client, address):
    cache = client.get(address)["Cache-Control"]
    assert "private" in cache
    assert "public" not in cache


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/orders/no-such-token/", "/orders/no-such-token/pay/", "/pay/demo/x/"])
def test_address_that_opens_an_order_goes_to_no_other_site(client, address):
    assert client.get(address)["Referrer-Policy"] == "same-origin"


NGINX = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
OF_EVERY_ANSWER = ["Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"]


@pytest.mark.parametrize("place", re.findall(r"location [^{}]*\{[^{}]*add_header[^{}]*(?=[{}])", NGINX))
def test_every_place_that_nginx_serves_itself_has_the_headers_of_the_shop(place):
    """A location with one `add_header` inherits none: each names them all."""
    always = dict(re.findall(r"add_header (\S+) (\S+) always;", place))
    assert set(always) == {*OF_EVERY_ANSWER, "Cross-Origin-Resource-Policy"}
    others = "cross-origin" if "/media/" in place else "same-origin"
    assert always["Cross-Origin-Resource-Policy"] == others


def test_what_nginx_would_refuse_the_shop_refuses_with_the_methods_of_the_address():
    assert "error_page 405 = @refused;" in NGINX
    assert re.search(r"location @refused \{ proxy_pass http://kora; \}", NGINX)
