"""Rules of cookies: under https no other host and no plain page can set one of ours."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.messages.storage import default_storage
from comments import own
from foundation.message_cookies import CookieStorage
from shop.cart import cookies
names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
names += [cookies.NAME, own.COOKIE, CookieStorage.cookie_name]
print(json.dumps([names, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE]))
"""


@pytest.mark.parametrize(
    ("site", "prefix"), [("https://shop.example", "__Host-"), ("http://127.0.0.1:8000", "")]
)
def test_every_cookie_is_bound_to_the_host_under_https(site, prefix):
    env = os.environ | {"SITE_URL": site, "DJANGO_SETTINGS_MODULE": "config.settings"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    names, *are_secure = json.loads(asked.stdout)
    assert [name.startswith("__Host-") for name in names] == [bool(prefix)] * 5
    assert [name.removeprefix(prefix)[:5] for name in names] == ["kora_"] * 5
    assert are_secure == [bool(prefix)] * 2


@pytest.mark.django_db
def test_cookies_have_no_domain_and_the_root_as_path(client):
    client.get("/cart/")
    assert {(c["path"], c["domain"]) for c in client.cookies.values()} <= {("/", "")}
