"""Fixtures for all tests: the fixed cast, a closed network, and which tests run on which database.

The cast: `owner` may do everything, `moderator` sees comments and articles, `customer` and `stranger`
are two browsers that nobody signed in (orders and carts of the one are private to the other).
"""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from pytest_socket import socket_allow_hosts

from config import staff
from config.staff_sessions import SEEN_AT
from foundation import freshness
from tests import emptying, migrated, rolled_back, strict_lengths

hypothesis.settings.register_profile("kora", derandomize=True, deadline=None, max_examples=60)
hypothesis.settings.load_profile("kora")


def pytest_configure() -> None:
    """End tests that commit more quickly than Django does, and let SQLite refuse texts as PostgreSQL does."""
    emptying.teach_django()
    rolled_back.teach_django()
    strict_lengths.teach_django()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --database-only, for the second run of the same tests on PostgreSQL."""
    parser.addoption("--database-only", action="store_true", help="run only the tests that use a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what --database-only excludes, put slow tests first, skip what needs PostgreSQL on SQLite."""
    if config.getoption("--database-only"):
        chosen = [item for item in items if _uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if connection.vendor != "postgresql":
        needs_postgres = pytest.mark.skip(reason="needs PostgreSQL: DATABASE_URL=$(tools/postgres.sh start)")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(needs_postgres)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the files of this process; the workers of pytest-xdist run no atexit."""
    shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(marked) or bool(fixtures & {"db", "transactional_db", "django_db_setup", "live_server"})


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Start from a copy of a migrated database, if there is one."""
    return migrated.copy_into_place()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any) -> None:
    """Keep the first migrated database for the next run."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep()


@pytest.fixture(autouse=True)
def no_network_beyond_loopback() -> None:
    """Let no test talk to anything but this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start every test with nothing remembered, and let no query count depend on how fast it runs.

    Pages look for a new version every quarter of a second; in tests, only after a write.
    """
    monkeypatch.setattr(freshness, "LOOK_SECONDS", 3600.0)
    cache.clear()
    freshness.forget()
    yield
    cache.clear()


@pytest.fixture
def in_a_transaction(db: None) -> Iterator[None]:
    """Call what is tested inside a transaction, as whoever changes stock, orders or gift cards must."""
    with transaction.atomic():
        yield


@pytest.fixture
def owner(db: None) -> User:
    """Make the owner, who may do everything."""
    return User.objects.create_superuser("owner", "owner@shop.example", "owner-password")


@pytest.fixture
def moderator(db: None) -> User:
    """Make the moderator, with the rights of that group: comments and articles, no orders."""
    user = User.objects.create_user(
        "moderator", "moderator@shop.example", "moderator-password", is_staff=True
    )
    staff.ensure_groups()
    user.groups.add(Group.objects.get(name=staff.MODERATOR))
    return user


@pytest.fixture
def owner_client(owner: User) -> Client:
    """Open a browser in which the owner is signed in."""
    return _signed_in(owner)


@pytest.fixture
def colleague(owner, django_user_model):
    """Another member of the staff, in a browser of her own."""
    user = django_user_model.objects.create_superuser("amara", "amara@shop.example", "amara-password")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def moderator_client(moderator: User) -> Client:
    """Open a browser in which the moderator is signed in."""
    return _signed_in(moderator)


@pytest.fixture
def customer(db: None) -> Client:
    """Open a customer's browser."""
    return Client()


@pytest.fixture
def stranger(db: None) -> Client:
    """Open another browser, which must see nothing of the customer's."""
    return Client()


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session[SEEN_AT] = int(time.time())  # used a moment ago, so that looking writes nothing
    session.save()
    return client
