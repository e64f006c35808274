"""A shop with a history, its backup, and an empty place to restore it into."""

import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from foundation import jobs, pictures
from shop.catalogue.models import ProductPicture
from tests.builders import make_product, make_variant
from tests.foundation.images import image_bytes
from tests.shop.checkout_builders import open_shop
from tests.shop.order_builders import make_order

Place = Callable[[], Path]
_numbers = count(1)


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """Keep the pictures of this test by themselves."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def shop(transactional_db, media):
    """Make a shop with a picture and an order of each kind; return its variant."""
    open_shop()
    product = make_product()
    picture = pictures.store(io.BytesIO(image_bytes()), name="flute.png")
    ProductPicture.objects.create(product=product, picture=picture, alt="Flute")
    variant = make_variant(product, on_hand=500)
    for status in ("paid", "pending", "cancelled", "refunded"):
        make_order((variant, 2), status=status)
    jobs.run_due()
    return variant


@pytest.fixture
def backup(shop, tmp_path) -> Path:
    """Make a backup of the shop."""
    return make_backup(tmp_path / "backups")


def make_backup(folder: Path) -> Path:
    """Make a backup and return its file."""
    call_command("backup", folder, verbosity=0)
    return max(folder.glob("kora-*.tar"))


@pytest.fixture
def empty_place(transactional_db, settings, tmp_path) -> Iterator[Place]:
    """Give what moves this process to an empty database and folder, until the test is over."""
    here = connection.settings_dict["NAME"]
    name = f"{here}_{next(_numbers)}" if connection.vendor == "postgresql" else str(tmp_path / "new.sqlite3")

    def move() -> Path:
        if connection.vendor == "postgresql":
            run_sql(f'CREATE DATABASE "{name}"')
        connection.close()
        connection.settings_dict["NAME"] = name
        settings.VAR_DIR = tmp_path / "new"
        settings.MEDIA_ROOT = tmp_path / "new" / "media"
        return settings.VAR_DIR

    yield move
    connection.close()
    connection.settings_dict["NAME"] = here
    if connection.vendor == "postgresql":
        run_sql(f'DROP DATABASE IF EXISTS "{name}"')


def run_sql(statement: str) -> None:
    """Run a statement on the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
