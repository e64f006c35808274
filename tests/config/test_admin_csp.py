"""Tests of config.admin_csp: the editor may run in the admin, and no other page is weakened for it."""

import base64
import hashlib
import re
from pathlib import Path

import django_prose_editor
import pytest

from config import admin_csp
from tests.blog.builders import make_article, make_page
from tests.builders import make_product

pytestmark = pytest.mark.django_db


def directive(response, name: str) -> str:
    """Return one directive of a response's policy."""
    policy = response["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith(name + " "))


def nonce_of(response) -> str:
    """Return the nonce that a response's policy allows; empty if it allows none."""
    found = re.search(r"'nonce-([^']+)'", directive(response, "script-src"))
    return found[1] if found else ""


@pytest.mark.parametrize("kind", ["article", "page", "product"])
def test_a_form_with_the_editor_gets_a_nonce_and_the_editors_style(owner_client, kind):
    path = {
        "article": lambda: f"/admin/blog/article/{make_article().pk}/change/",
        "page": lambda: f"/admin/blog/page/{make_page().pk}/change/",
        "product": lambda: f"/admin/shop/product/{make_product().pk}/change/",
    }[kind]()
    response = owner_client.get(path)
    html = response.content.decode()
    nonce = nonce_of(response)
    assert nonce
    assert re.search(rf'<script type="importmap" nonce="{re.escape(nonce)}">', html)
    assert admin_csp.EDITOR_STYLE_HASH in directive(response, "style-src")
    assert "unsafe" not in response["Content-Security-Policy"]


def test_each_response_has_its_own_nonce(owner_client):
    path = f"/admin/blog/article/{make_article().pk}/change/"
    assert nonce_of(owner_client.get(path)) != nonce_of(owner_client.get(path))


@pytest.mark.parametrize("path", ["/admin/", "/admin/blog/article/", "/admin/blog/tag/add/", "/", "/blog/"])
def test_a_page_without_the_editor_gets_neither(owner_client, path):
    response = owner_client.get(path)
    assert nonce_of(response) == ""
    assert directive(response, "style-src") == "style-src 'self'"
    assert "nonce=" not in response.content.decode()


def test_the_hash_is_that_of_the_installed_editors_style_sheet():
    static = Path(django_prose_editor.__file__).parent / "static/django_prose_editor/editor.js"
    styles = re.search(r"`(\.ProseMirror \{[^`]*)`", static.read_text())
    digest = hashlib.sha256(styles[1].encode()).digest()
    assert f"sha256-{base64.b64encode(digest).decode()}" == admin_csp.EDITOR_STYLE_HASH
