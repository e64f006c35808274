"""Rules of config.page_context: every page knows the shop, and warm pages ask nothing for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import page_context
from foundation import freshness
from shop.cart import cookies
from tests.builders import make_collection, make_product, make_variant

pytestmark = pytest.mark.django_db


def context(rf, path="/", **cookie):
    request = rf.get(path)
    request.COOKIES.update(cookie)
    return page_context.page(request)


def test_menu_holds_collections_with_something_in_them(rf):
    variant = make_variant()
    make_collection(variant.product, title="Flutes", slug="flutes")
    make_collection(title="Empty", slug="empty")
    assert [tile.title for tile in context(rf)["nav_collections"]] == ["Flutes"]
    assert context(rf)["nav_collections"][0].url == "/collections/flutes/"


def test_warm_context_costs_no_query(rf):
    make_collection(make_variant().product)
    str(context(rf)["nav_collections"]), context(rf)["identity"].name
    with CaptureQueriesContext(
        connection,
    ) as queries:
        warm = context(rf)
        assert len(warm["nav_collections"]) == 1
        assert warm["identity"].name
        assert warm["cart_count"] == 0
    assert len(queries) == 0


def test_menu_changes_when_the_version_rises(rf):
    make_collection(make_variant().product, title="Flutes")
    assert len(context(rf)["nav_collections"]) == 1
    make_collection(make_product(), title="Drums")
    make_collection(make_variant().product, title="Bowls")
    freshness.bump()
    assert len(context(rf)["nav_collections"]) >= 2


def test_cart_count_comes_from_the_signed_cookie(rf):
    from django.http import HttpResponse

    response = HttpResponse()
    cookies.write(response, token="abc", units=3)
    value = response.cookies[cookies.NAME].value
    assert context(rf, **{cookies.NAME: value})["cart_count"] == 3
    assert context(rf, **{cookies.NAME: value + "x"})["cart_count"] == 0


def test_canonical_address_leaves_out_the_query(rf, settings):
    assert context(rf, "/search/?q=flute")["canonical_url"] == f"{settings.SITE_URL}/search/"
