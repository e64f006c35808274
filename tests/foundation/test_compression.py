"""Tests of foundation.compression: pages leave small, pictures and short answers as they are."""

import gzip
import io

import brotli
import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from foundation import compression, pictures
from tests.foundation import images

LONG = "A drum from Guinea, hollowed by hand. " * 40
BOTH = "gzip, deflate, br, zstd"


def answer(response, accept=BOTH):
    """Return `response` as it leaves for a browser that accepts these encodings."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": accept} if accept else None)
    return compression.compress_texts(lambda _request: response)(request)


def test_a_page_leaves_as_brotli_when_the_browser_reads_it():
    response = answer(HttpResponse(LONG))
    assert response["Content-Encoding"] == "br"
    assert brotli.decompress(response.content).decode() == LONG
    assert response["Content-Length"] == str(len(response.content))
    assert len(response.content) < len(LONG) / 5


@pytest.mark.parametrize("accept", ["gzip", "GZip, deflate", "br;q=0, gzip", "br; q=0.0, gzip;q=0.5"])
def test_a_browser_that_refuses_brotli_gets_gzip(accept):
    response = answer(HttpResponse(LONG), accept)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == LONG


@pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0", "zstd", "x-br, *;q=0"])
def test_a_browser_that_reads_neither_gets_the_page_itself(accept):
    response = answer(HttpResponse(LONG), accept)
    assert not response.has_header("Content-Encoding")
    assert response.content.decode() == LONG


@pytest.mark.parametrize("accept", [BOTH, ""])
def test_caches_are_told_that_the_encoding_decides(accept):
    response = HttpResponse(LONG)
    response["Vary"] = "Cookie"
    assert answer(response, accept)["Vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("ok\n", content_type="text/plain"),
        HttpResponse(LONG, content_type="image/jpeg"),
        HttpResponse(LONG, headers={"Content-Encoding": "gzip"}),
        HttpResponse(status=304),
    ],
    ids=["short", "picture", "compressed already", "without a body"],
)
def test_what_would_gain_nothing_is_left_alone(response):
    before = response.content
    after = answer(response)
    assert after.content == before
    assert not after.has_header("Vary")


def test_streams_are_left_alone():
    assert not answer(StreamingHttpResponse([LONG])).has_header("Content-Encoding")
    assert not answer(FileResponse(io.BytesIO(LONG.encode()))).has_header("Content-Encoding")


def test_a_strong_etag_turns_weak_because_the_bytes_differ():
    response = answer(HttpResponse(LONG, headers={"ETag": '"abc"'}))
    assert response["ETag"] == 'W/"abc"'


@pytest.mark.django_db
def test_the_shops_pages_pass_through_it_and_its_pictures_do_not(customer: Client):
    assert customer.get("/", headers={"Accept-Encoding": BOTH})["Content-Encoding"] == "br"
    picture = pictures.store(io.BytesIO(images.image_bytes("JPEG")), name="drum.jpg")
    response = customer.get(picture.src, headers={"Accept-Encoding": BOTH})
    assert response.status_code == 200
    assert not response.has_header("Content-Encoding")
    response.close()


@pytest.mark.django_db
def test_two_renderings_of_a_form_share_no_csrf_token(customer: Client):
    """What makes guessing a token by the length of compressed pages pointless (BREACH)."""
    customer.get("/admin/login/")
    tokens = {customer.get("/admin/login/").context["csrf_token"] for _visit in range(2)}
    assert len(set(map(str, tokens))) == 2
