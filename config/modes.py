"""SHOP_MODE against the keys and against what the database has been. Raises WrongMode.

A WSGI server runs no system checks, so config.wsgi calls refuse_if_wrong() itself.
Source: docs/payments.md, "Mode".
"""

import logging
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection

from config import secret_keys
from foundation import outages
from foundation.models import SiteIdentity

PAUSE_SECONDS = 1.0
KEY_PREFIXES = {"test": ("sk_test_", "rk_test_"), "live": ("sk_live_", "rk_live_")}

logger = logging.getLogger(__name__)


class WrongMode(ImproperlyConfigured):
    """SHOP_MODE disagrees with the Stripe keys or with this database."""


def refuse_wrong_keys() -> None:
    """Raise WrongMode when the Stripe keys do not belong to SHOP_MODE."""
    mode, key = settings.SHOP_MODE, settings.STRIPE_SECRET_KEY
    if mode == "demo" and key:
        raise WrongMode("SHOP_MODE=demo takes no STRIPE_SECRET_KEY: remove it, or use test.")
    if mode != "demo" and not key.startswith(KEY_PREFIXES[mode]):
        wanted = " or ".join(KEY_PREFIXES[mode])
        raise WrongMode(f"SHOP_MODE={mode} wants a STRIPE_SECRET_KEY that begins with {wanted}.")
    if mode != "demo" and not settings.STRIPE_WEBHOOK_SECRET.startswith("whsec_"):
        raise WrongMode(f"SHOP_MODE={mode} wants a STRIPE_WEBHOOK_SECRET that begins with whsec_.")


def refuse_unsafe_live() -> None:
    """Raise WrongMode when a shop that takes real money could be read or forged by others."""
    if settings.SHOP_MODE != "live":
        return
    if settings.DEBUG:
        raise WrongMode(
            "SHOP_MODE=live does not go with DEBUG=true, which shows settings and code to strangers."
        )
    if not settings.SITE_URL.startswith("https://"):
        raise WrongMode("SHOP_MODE=live wants a SITE_URL that begins with https://, behind a proxy with TLS.")
    if secret_keys.is_weak(settings.SECRET_KEY):
        raise WrongMode(f"SHOP_MODE=live wants a better SECRET_KEY: {secret_keys.HOW_TO_MAKE}")
    if any(secret_keys.is_weak(key) for key in settings.SECRET_KEY_FALLBACKS):
        raise WrongMode("SHOP_MODE=live takes no weak key in SECRET_KEY_FALLBACKS: remove it.")


def refuse_wrong_database() -> None:
    """Raise WrongMode when a database that has been live is opened as a demo. One query."""
    if settings.SHOP_MODE == "demo" and SiteIdentity.objects.filter(has_been_live=True).exists():
        raise WrongMode("This database has been live: SHOP_MODE=demo would mix real orders.")


def refuse_if_wrong() -> None:
    """Raise WrongMode unless keys, mode and database agree."""
    refuse_wrong_keys()
    refuse_wrong_database()


def wait_and_refuse_if_wrong() -> None:
    """Raise WrongMode unless all agree and a live shop is safe; during an outage, wait for its end."""
    refuse_unsafe_live()
    while True:
        try:
            return refuse_if_wrong()
        except Error as error:
            if not outages.is_outage(error):
                raise
            logger.warning("waiting for the database: %s", error)
            connection.close()
            time.sleep(PAUSE_SECONDS)


def remember() -> None:
    """Note in the database that it is live, so that a later demo start is refused."""
    identity = SiteIdentity.load()
    if settings.SHOP_MODE == "live" and not identity.has_been_live:
        SiteIdentity.objects.filter(pk=identity.pk).update(has_been_live=True)
