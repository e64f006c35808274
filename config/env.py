"""Typed readers of the environment and of `.env`; a wrong value fails at start, by name.

`.env` never overrides a variable that the environment already sets.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("demo", "test", "live")
HOST = re.compile(
    r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*|\[[0-9a-f:.]+\]", re.ASCII | re.IGNORECASE
)

_env = environ.Env()
_read: dict[str, str] = {}
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)


def text(name: str, default: str | None = None) -> str:
    """Return a text setting. Raises ImproperlyConfigured when it is absent and has no default."""
    value: str | None = _env.str(name, default=default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"{name} is not set: put it into .env or the environment.")
    _read[name] = value
    return value


def read_so_far() -> dict[str, str]:
    """Return every setting that was read, secrets too, as it was written or by default."""
    return dict(_read)


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole-number setting from `least` to `most`. Raises ImproperlyConfigured."""
    raw = text(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) < least:
        raise ImproperlyConfigured(f"{name}={raw!r} must be a whole number of at least {least}.")
    if most is not None and int(raw) > most:
        raise ImproperlyConfigured(f"{name}={raw!r} must be at most {most}.")
    return int(raw)


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no setting. Raises ImproperlyConfigured for anything but true or false."""
    raw = text(name, "true" if default else "false").lower()
    if raw not in {"true", "false", "1", "0", "yes", "no"}:
        raise ImproperlyConfigured(f"{name}={raw!r} must be true or false.")
    return raw in {"true", "1", "yes"}


def one_of(name: str, choices: tuple[str, ...], default: str | None = None) -> str:
    """Return a setting out of `choices`. Raises ImproperlyConfigured."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} must be one of: {', '.join(choices)}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def hosts(name: str) -> list[str]:
    """Return host names, none when empty. Raises ImproperlyConfigured for what is no name, or many at once.

    A "*" or a leading dot would have the shop answer to names that others choose, and put them into mails.
    """
    found = words(name)
    for host in found:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name}: {host!r} must be one whole host name, such as www.shop.example,"
                " without https://, port, path or *."
            )
    return found


def rate(name: str, default: str) -> tuple[int, int]:
    """Return a limit written `count/seconds` as (count, seconds). Raises ImproperlyConfigured."""
    raw = text(name, default)
    count, slash, seconds = raw.partition("/")
    parts_are_numbers = all(p.isascii() and p.isdigit() and int(p) > 0 for p in (count, seconds))
    if not slash or not parts_are_numbers:
        raise ImproperlyConfigured(f"{name}={raw!r} must be written count/seconds, such as 5/600.")
    return int(count), int(seconds)


def address(name: str, default: str) -> str:
    """Return a web address without a trailing slash. Raises ImproperlyConfigured."""
    raw = text(name, default).rstrip("/")
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"{name}={raw!r} must look like https://shop.example.")
    return raw


def database(name: str, sqlite_path: Path, synchronous: str) -> dict[str, Any]:
    """Return Django's settings of the one database: PostgreSQL by URL, else a SQLite file.

    Source: docs/operations.md (why these pragmas and timeouts).
    """
    url = text(name, "")
    if not url:
        return _sqlite(sqlite_path, synchronous)
    settings: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if settings["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must be a postgres:// address (or absent: SQLite).")
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return settings | kept | {"ENGINE": "foundation.postgresql"}


def _sqlite(path: Path, synchronous: str) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    pragmas = (
        f"PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA busy_timeout=20000;"
        "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=-20000;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def cache(name: str) -> dict[str, Any]:
    """Return Django's cache settings: Redis by URL, else memory of the process."""
    url = text(name, "")
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return dict(environ.Env.cache_url_config(url))


def mail(name: str) -> dict[str, Any]:
    """Return Django's mail settings from an address such as smtp+tls://user:pw@host:587."""
    settings = dict(environ.Env.email_url_config(text(name)))
    if settings["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        settings["EMAIL_BACKEND"] = "foundation.smtp.EmailBackend"
    return settings
