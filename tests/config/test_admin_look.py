"""Rules of templates/admin: the shop's own look, and a label for every date and time."""

import re

import pytest

from foundation.models import SiteIdentity

pytestmark = pytest.mark.django_db


def test_login_page_carries_the_shops_name_and_loads_its_look_last(client):
    identity = SiteIdentity.load()
    identity.name = "Atelier Nord"
    identity.save()
    page = client.get("/admin/login/").content.decode()
    assert "Atelier Nord admin" in page
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert sheets[-1].endswith("css/admin.css")


def test_date_and_time_have_labels_of_their_own(client, owner):
    client.force_login(owner)
    page = client.get(f"/admin/auth/user/{owner.pk}/change/").content.decode()
    for control in ("id_last_login_0", "id_last_login_1", "id_date_joined_0", "id_date_joined_1"):
        assert f'<label for="{control}">' in page
        assert f'id="{control}"' in page


def test_admin_pages_hold_nothing_inline(client, owner):
    client.force_login(owner)
    for address in ("/admin/", "/admin/auth/user/", f"/admin/auth/user/{owner.pk}/change/"):
        page = client.get(address).content.decode()
        assert not re.search(
            r"<style\b|<[a-z][^>]*\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/)", page
        )
