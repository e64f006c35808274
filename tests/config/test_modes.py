"""Rules of SHOP_MODE: keys, mode and database must agree, or nothing starts."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, ProgrammingError

from config import modes
from foundation.models import SiteIdentity

GOOD = {"test": "sk_test_1", "live": "sk_live_1"}


@pytest.fixture
def shop(settings):
    def choose(mode: str, key: str = "", secret: str = "whsec_1") -> None:
        settings.SHOP_MODE, settings.IS_DEMO = mode, mode == "demo"
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = key, secret

    return choose


@pytest.mark.parametrize(
    ("mode", "key", "message"),
    [
        ("demo", "sk_test_1", "takes no STRIPE_SECRET_KEY"),
        ("demo", "sk_live_1", "takes no STRIPE_SECRET_KEY"),
        ("test", "", "begins with sk_test_ or rk_test_"),
        ("test", "sk_live_1", "begins with sk_test_ or rk_test_"),
        ("test", "rk_live_1", "begins with sk_test_ or rk_test_"),
        ("test", "pk_test_1", "begins with sk_test_ or rk_test_"),
        ("live", "", "begins with sk_live_ or rk_live_"),
        ("live", "sk_test_1", "begins with sk_live_ or rk_live_"),
        ("live", "rk_test_1", "begins with sk_live_ or rk_live_"),
    ],
)
def test_wrong_key_is_refused_with_what_is_wanted(shop, mode, key, message):
    shop(mode, key)
    with pytest.raises(modes.WrongMode, match=message):
        modes.refuse_wrong_keys()


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("secret", ["", "sk_test_1"])
def test_webhook_secret_is_needed_outside_demo(shop, mode, secret):
    shop(mode, GOOD[mode], secret)
    with pytest.raises(modes.WrongMode, match="STRIPE_WEBHOOK_SECRET"):
        modes.refuse_wrong_keys()


@pytest.mark.parametrize(
    ("mode", "key"),
    [
        ("demo", ""),
        ("test", "sk_test_1"),
        ("test", "rk_test_1"),
        ("live", "sk_live_1"),
        ("live", "rk_live_1"),
    ],
)
def test_right_key_is_accepted(shop, mode, key):
    shop(mode, key, "" if mode == "demo" else "whsec_1")
    modes.refuse_wrong_keys()


def test_database_that_has_been_live_refuses_demo(db, shop):
    shop("live", "sk_live_1")
    modes.remember()
    modes.refuse_if_wrong()
    shop("demo")
    with pytest.raises(modes.WrongMode, match="has been live"):
        modes.refuse_if_wrong()


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_other_modes_leave_the_database_unmarked(db, shop, mode):
    shop(mode, GOOD.get(mode, ""))
    modes.remember()
    assert not SiteIdentity.load().has_been_live


def test_manage_check_reports_wrong_keys(shop):
    shop("demo", "sk_live_1")
    with pytest.raises(SystemCheckError, match=r"kora\.E001"):
        call_command("check", tags=["shop"])


def test_manage_check_reports_a_live_database_opened_as_demo(db, shop):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"has_been_live": True})
    shop("demo")
    with pytest.raises(SystemCheckError, match=r"kora\.E002"):
        call_command("check", databases=["default"])


def test_currency_outside_the_allow_list_is_reported(settings):
    settings.SHOP_CURRENCY = "XXX"
    with pytest.raises(SystemCheckError, match=r"kora\.E003"):
        call_command("check", tags=["shop"])


def test_start_refuses_wrong_keys_before_doing_anything(shop, monkeypatch):
    from config import start

    monkeypatch.setattr(start, "StaticFiles", lambda: pytest.fail("something was done already"))
    shop("live", "sk_test_1")
    with pytest.raises(CommandError, match="begins with sk_live_"):
        call_command("start", port=1, skip_checks=True)


def run(code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a process of its own, with these settings alone."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE_", "SHOP_", "DJANGO_"))}
    clean |= {"SHOP_MODE": "", "STRIPE_SECRET_KEY": "", "SECRET_KEY": "k" * 60, "DATABASE_URL": ""}
    clean |= {"DJANGO_SETTINGS_MODULE": "config.settings", **variables}
    command, where = [sys.executable, *code.split()], django_settings.BASE_DIR
    return subprocess.run(command, cwd=where, env=clean, capture_output=True, text=True, check=False)


def test_there_is_no_default_mode(tmp_path):
    result = run("manage.py check", VAR_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "SHOP_MODE" in result.stderr
    assert "Traceback" not in result.stderr


def test_web_server_refuses_wrong_keys_by_itself(tmp_path):
    result = run("-m config.wsgi", VAR_DIR=str(tmp_path), SHOP_MODE="demo", STRIPE_SECRET_KEY="sk_live_1")
    assert result.returncode != 0
    assert "SHOP_MODE=demo takes no STRIPE_SECRET_KEY" in result.stderr


def test_a_process_that_begins_while_the_database_is_away_waits_and_then_checks(monkeypatch):
    answers = [OperationalError("connection refused")] * 2 + [modes.WrongMode("wrong")]
    pauses: list[float] = []

    def ask() -> None:
        raise answers.pop(0)

    monkeypatch.setattr(modes, "refuse_if_wrong", ask)
    monkeypatch.setattr(modes.time, "sleep", pauses.append)
    with pytest.raises(modes.WrongMode):
        modes.wait_and_refuse_if_wrong()
    assert pauses == [modes.PAUSE_SECONDS] * 2


def test_a_process_does_not_wait_for_tables_that_are_not_there(monkeypatch):
    def ask() -> None:
        raise ProgrammingError("relation foundation_siteidentity does not exist")

    monkeypatch.setattr(modes, "refuse_if_wrong", ask)
    with pytest.raises(ProgrammingError):
        modes.wait_and_refuse_if_wrong()
