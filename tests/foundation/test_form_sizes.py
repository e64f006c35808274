"""A form of the public may send a thousand fields; more are refused before they are read."""

import pytest
from django.http import multipartparser
from django.test import Client

from foundation.form_sizes import MOST_FIELDS

pytestmark = pytest.mark.django_db
ADDRESSES = ["/cart/add/", "/cart/update/", "/checkout/", "/comments/post/", "/admin/login/", "/nothing/"]
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("address", ADDRESSES)
def test_very_many_fields_are_refused_before_they_are_read(address, monkeypatch):
    def read(*args):
        raise AssertionError

    monkeypatch.setattr(multipartparser.MultiPartParser, "parse", read)
    many = {f"f{number}": "1" for number in range(MOST_FIELDS + 2)}
    assert Client().post(address, many).status_code == 400
    text = "&".join(f"{name}=1" for name in many)
    assert Client().post(address, text, content_type=URLENCODED).status_code == 400


def test_a_thousand_fields_are_read():
    fields = {f"f{number}": "1" for number in range(MOST_FIELDS)}
    assert Client().post("/cart/update/", fields).status_code == 302


def test_forms_of_the_staff_may_be_longer(owner_client):
    fields = {f"f{number}": "1" for number in range(5000)}
    assert owner_client.post("/admin/shop/product/add/", fields).status_code == 200
