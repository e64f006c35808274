"""System checks: what `manage.py check` and every other command say about a wrong set-up."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from config import modes
from shop import money


@checks.register("shop")
def keys_belong_to_mode(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report Stripe keys that do not belong to SHOP_MODE."""
    try:
        modes.refuse_wrong_keys()
    except modes.WrongMode as error:
        return [checks.Error(str(error), hint="See README, 'Settings'.", id="kora.E001")]
    return []


@checks.register("shop")
def live_shop_is_safe(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report a weak SECRET_KEY, DEBUG or an address without https in live mode."""
    try:
        modes.refuse_unsafe_live()
    except modes.WrongMode as error:
        return [checks.Error(str(error), hint="See README, 'Settings'.", id="kora.E004")]
    return []


@checks.register("shop")
def currency_can_be_sold_in(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report a SHOP_CURRENCY outside the allow-list."""
    try:
        money.exponent(settings.SHOP_CURRENCY)
    except money.UnknownCurrency as error:
        return [checks.Error(f"SHOP_CURRENCY: {error}", id="kora.E003")]
    return []


@checks.register(checks.Tags.database)
def database_belongs_to_mode(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report a database that has been live and is opened as a demo; one query.

    A database without tables has nothing to say.
    """
    if not databases:
        return []
    try:
        modes.refuse_wrong_database()
    except modes.WrongMode as error:
        return [checks.Error(str(error), hint="Give the demo a database of its own.", id="kora.E002")]
    except DatabaseError:
        return []
    return []
