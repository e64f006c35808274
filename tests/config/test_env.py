"""Rules of config.env: a wrong setting fails at start, by name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def put(value: str) -> None:
        monkeypatch.setenv("TRIED", value)

    return put


def test_absent_setting_without_default_is_refused_by_name():
    with pytest.raises(ImproperlyConfigured, match="NOBODY_SETS_THIS is not set"):
        env.text("NOBODY_SETS_THIS")


def test_empty_setting_without_default_counts_as_absent(setting):
    setting("")
    with pytest.raises(ImproperlyConfigured, match="TRIED is not set"):
        env.text("TRIED")


@pytest.mark.parametrize(
    ("reader", "wrong"),
    [
        (lambda: env.whole("TRIED", 5), "five"),
        (lambda: env.whole("TRIED", 5), "-1"),
        (lambda: env.whole("TRIED", 5), "٣"),
        (lambda: env.whole("TRIED", 45, least=31), "30"),
        (lambda: env.whole("TRIED", 6, most=10), "11"),
        (lambda: env.flag("TRIED", default=False), "perhaps"),
        (lambda: env.one_of("TRIED", ("a", "b")), "c"),
        (lambda: env.rate("TRIED", "5/600"), "5"),
        (lambda: env.rate("TRIED", "5/600"), "0/600"),
        (lambda: env.rate("TRIED", "5/600"), "5/x"),
        (lambda: env.address("TRIED", ""), "shop.example"),
        (lambda: env.address("TRIED", ""), "ftp://shop.example"),
        (lambda: env.address("TRIED", ""), "https://shop.example/shop"),
        (lambda: env.hosts("TRIED"), "*"),
        (lambda: env.hosts("TRIED"), "www.shop.example, *"),
        (lambda: env.hosts("TRIED"), "*.shop.example"),
        (lambda: env.hosts("TRIED"), ".example"),
        (lambda: env.hosts("TRIED"), "."),
        (lambda: env.hosts("TRIED"), "https://shop.example"),
        (lambda: env.hosts("TRIED"), "shop.example:8000"),
        (lambda: env.hosts("TRIED"), "shop.example other.example"),
        (lambda: env.database("TRIED", Path("x"), "FULL"), "mysql://u:p@h/db"),
    ],
)
def test_wrong_value_is_refused_by_name(setting, reader: Callable[[], Any], wrong: str):
    setting(wrong)
    with pytest.raises(ImproperlyConfigured, match="TRIED"):
        reader()


@pytest.mark.parametrize(
    ("reader", "given", "expected"),
    [
        (lambda: env.whole("TRIED", 5), "7", 7),
        (lambda: env.flag("TRIED", default=False), "Yes", True),
        (lambda: env.flag("TRIED", default=True), "0", False),
        (lambda: env.words("TRIED"), " a.example, ,b.example ", ["a.example", "b.example"]),
        (lambda: env.hosts("TRIED"), "", []),
        (lambda: env.hosts("TRIED"), " , ", []),
        (
            lambda: env.hosts("TRIED"),
            "www.shop.example, 10.0.0.1,[::1]",
            ["www.shop.example", "10.0.0.1", "[::1]"],
        ),
        (lambda: env.rate("TRIED", "1/1"), "600/60", (600, 60)),
        (lambda: env.address("TRIED", ""), "https://shop.example/", "https://shop.example"),
    ],
)
def test_right_value_is_read(setting, reader: Callable[[], Any], given: str, expected: Any):
    setting(given)
    assert reader() == expected


def test_without_address_the_database_is_a_file_that_survives_concurrent_writers(setting, tmp_path):
    setting("")
    settings = env.database("TRIED", tmp_path / "data" / "shop.sqlite3", "FULL")
    assert settings["ENGINE"].endswith("sqlite3")
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON"):
        assert pragma in settings["OPTIONS"]["init_command"]
    assert (tmp_path / "data").is_dir()


def test_postgres_connections_are_kept_and_checked_before_use(setting):
    setting("postgres://kora@/kora?host=/run/postgresql")
    settings = env.database("TRIED", Path("unused"), "FULL")
    assert settings["ENGINE"] == "foundation.postgresql"
    assert (settings["CONN_MAX_AGE"], settings["CONN_HEALTH_CHECKS"]) == (600, True)
    assert settings["OPTIONS"]["host"] == "/run/postgresql"


def test_environment_wins_over_env_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("TRIED=from-the-file\nTRIED_TOO=from-the-file\n")
    monkeypatch.setenv("TRIED", "from-the-environment")
    monkeypatch.delenv("TRIED_TOO", raising=False)
    environ.Env.read_env(tmp_path / ".env", overwrite=False)
    try:
        assert env.text("TRIED") == "from-the-environment"
        assert env.text("TRIED_TOO") == "from-the-file"
    finally:
        os.environ.pop("TRIED_TOO", None)


@pytest.mark.parametrize(
    "reader",
    [
        lambda: env.whole("TRIED", 30, least=1),
        lambda: env.rate("TRIED", "5/600"),
        lambda: env.flag("TRIED", default=False),
        lambda: env.one_of("TRIED", ("demo", "live"), "demo"),
        lambda: env.address("TRIED", "https://shop.example"),
    ],
)
def test_an_empty_limit_period_or_choice_is_refused_and_never_read_as_none(setting, reader):
    setting("")
    with pytest.raises(ImproperlyConfigured, match="TRIED"):
        reader()
