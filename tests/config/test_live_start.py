"""Rules of a live start: no weak key, no error pages for developers, no address without TLS."""

import secrets
import string

import pytest
from django.core.signing import Signer

from config import checks, modes, secret_keys

STRONG = "vN3-" + string.ascii_letters + string.digits


@pytest.fixture
def live(settings):
    settings.SHOP_MODE, settings.IS_DEMO, settings.DEBUG = "live", False, False
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_live_1", "whsec_1"
    settings.SITE_URL, settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "https://shop.example", STRONG, []
    return settings


WEAK = [
    "short",
    "k" * 60,
    "ab" * 40,
    "abcdefghijklmnop" * 5,
    "django-insecure-" + STRONG,
    "change-me" + STRONG,
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SECRET_KEY", key) for key in WEAK),
        ("SECRET_KEY_FALLBACKS", ["k" * 60]),
        ("DEBUG", True),
        ("SITE_URL", "http://shop.example"),
        ("SITE_URL", "http://127.0.0.1:8000"),
    ],
)
def test_unsafe_live_shop_is_refused_with_the_name_of_the_setting(live, name, value):
    setattr(live, name, value)
    with pytest.raises(modes.WrongMode, match=name):
        modes.refuse_unsafe_live()
    assert [error.id for error in checks.live_shop_is_safe(None)] == ["kora.E004"]


def test_safe_live_shop_starts(live):
    modes.refuse_unsafe_live()
    assert checks.live_shop_is_safe(None) == []


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_other_modes_may_be_tried_without_tls(live, mode):
    live.SHOP_MODE, live.SITE_URL, live.SECRET_KEY, live.DEBUG = mode, "http://127.0.0.1:8000", "k", True
    modes.refuse_unsafe_live()


@pytest.mark.django_db
def test_wsgi_repeats_the_refusal(live):
    live.SECRET_KEY = "short"
    with pytest.raises(modes.WrongMode, match="SECRET_KEY"):
        modes.wait_and_refuse_if_wrong()


def test_key_as_the_first_start_makes_it_is_never_weak():
    assert not any(secret_keys.is_weak(secrets.token_urlsafe(50)) for _ in range(300))


def test_what_the_key_before_signed_still_counts(settings):
    settings.SECRET_KEY = "old" * 20
    signed = Signer(salt="shop.cart").sign("cart.3")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = STRONG, ["old" * 20]
    assert Signer(salt="shop.cart").unsign(signed) == "cart.3"
