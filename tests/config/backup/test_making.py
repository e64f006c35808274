"""Rules of `manage.py backup`: whole, private, of one moment, and without secrets."""

import hashlib
import json
import resource
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from config.backup import making
from foundation.models import Picture, SiteIdentity
from shop.orders.models import Order, OrderLine
from tests.config.backup.archives import manifest_of, members
from tests.config.backup.conftest import make_backup
from tests.shop.checkout_builders import buy

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 3


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@time_machine.travel(datetime(2026, 11, 4, 3, 17, 9, tzinfo=UTC), tick=False)
def test_backup_is_one_private_file_named_for_its_moment(shop, tmp_path, capsys):
    call_command("backup", tmp_path / "backups")
    [name] = names(tmp_path / "backups")
    file = tmp_path / "backups" / name
    assert name == "kora-20261104-031709Z.tar"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    printed = capsys.readouterr().out
    assert str(file) in printed
    assert f"rows: {sum(manifest_of(file)['rows'].values())}, pictures: 1" in printed
    assert ".env" in printed


def test_nightly_job_can_be_silent_unless_something_is_wrong(shop, tmp_path, capsys):
    call_command("backup", tmp_path / "backups", verbosity=0)
    assert capsys.readouterr().out == ""


def test_every_member_has_the_sum_that_the_manifest_tells(backup):
    parts = members(backup)
    manifest = json.loads(parts["manifest.json"])
    told = parts.pop("manifest.sha256").decode()
    assert told == f"{hashlib.sha256(parts.pop('manifest.json')).hexdigest()}  manifest.json\n"
    assert {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()} == manifest["sha256"]


def test_manifest_tells_rows_migrations_and_origin(backup):
    manifest = manifest_of(backup)
    assert manifest["rows"]["shop_order"] == Order.objects.count() == 4
    assert manifest["rows"]["shop_orderline"] == OrderLine.objects.count()
    assert "shop.0001_initial" in manifest["migrations"]
    assert (manifest["mode"], manifest["vendor"], manifest["has_been_live"]) == (
        "demo", connection.vendor, False,
    )  # fmt: skip
    assert manifest["lost_pictures"] == []


def test_manifest_tells_that_the_shop_has_been_live(shop, tmp_path):
    SiteIdentity.objects.update(has_been_live=True)
    assert manifest_of(make_backup(tmp_path / "backups"))["has_been_live"]


def test_originals_are_kept_and_renditions_are_not(backup):
    original = str(Picture.objects.get().original)
    kept = [name for name in members(backup) if name.startswith("media/")]
    assert kept == [f"media/{original}"]


def test_backup_while_orders_come_in_is_of_one_moment(shop, tmp_path, empty_place):
    """What was counted is what comes back, the books agree, and writers went on meanwhile."""
    done, errors = threading.Event(), []
    first_orders = threading.Barrier(WRITERS + 1)

    def keep_ordering() -> None:
        try:
            buy(Client(), shop)
            first_orders.wait(timeout=30)
            while not done.is_set():
                buy(Client(), shop)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=keep_ordering) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    first_orders.wait(timeout=30)
    before = Order.objects.count()
    file = make_backup(tmp_path / "backups")
    done.set()
    for writer in writers:
        writer.join(timeout=60)
    counted = manifest_of(file)["rows"]
    assert errors == []
    assert before <= counted["shop_order"] < Order.objects.count()
    empty_place()
    call_command("restore", file)


def test_lost_picture_is_told_but_never_keeps_the_books_from_being_kept(shop, media, tmp_path):
    picture = Picture.objects.get()
    (media / str(picture.original)).unlink()
    with pytest.raises(CommandError, match=str(picture.original)):
        call_command("backup", tmp_path / "backups", verbosity=0)
    [name] = names(tmp_path / "backups")
    assert manifest_of(tmp_path / "backups" / name)["lost_pictures"] == [str(picture.original)]


@pytest.mark.parametrize("limit", [100_000, "all but the pictures"])
def test_full_disk_leaves_no_file_and_says_so(shop, media, tmp_path, limit):
    """A limit on the size of files stands for the disk: first for the database's copy, then for the tar."""
    whole = make_backup(tmp_path / "whole").stat().st_size
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit if isinstance(limit, int) else whole - 4096, hard))
    try:
        with pytest.raises(CommandError, match=r"File too large|full|I/O|pg_dump failed"):
            call_command("backup", tmp_path / "backups", verbosity=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert names(tmp_path / "backups") == []


def test_folder_that_cannot_be_made_is_named(shop, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=r"No backup was made.*file"):
        call_command("backup", tmp_path / "file" / "backups", verbosity=0)


def test_keep_deletes_older_backups_and_nothing_else(shop, tmp_path):
    for name in ("kora-20240101-000000Z.tar", "kora-20250101-000000Z.tar", "kora-20260101-000000Z.tar"):
        (tmp_path / name).write_text("old")
    (tmp_path / "kora-notes.tar").write_text("not ours")
    call_command("backup", tmp_path, keep=2, verbosity=0)
    left = [name for name in names(tmp_path) if name.endswith(".tar")]
    assert left[:1] + left[2:] == ["kora-20260101-000000Z.tar", "kora-notes.tar"]
    assert len(left) == 3


def test_keep_never_deletes_the_new_backup(shop, tmp_path):
    (tmp_path / "kora-29990101-000000Z.tar").write_text("from a clock that ran ahead")
    with time_machine.travel(datetime(2026, 11, 4, tzinfo=UTC), tick=False):
        call_command("backup", tmp_path, keep=1, verbosity=0)
    file = tmp_path / "kora-20261104-000000Z.tar"
    assert file.exists()
    assert not (tmp_path / "kora-29990101-000000Z.tar").exists()


@pytest.mark.parametrize("keep", [0, -1])
def test_keep_of_nothing_is_refused(tmp_path, keep):
    with pytest.raises(CommandError, match="at least 1"):
        call_command("backup", tmp_path / "backups", keep=keep)
    assert not (tmp_path / "backups").exists()


def test_two_backups_at_once_into_one_folder_are_refused(shop, tmp_path):
    with making._alone_in(tmp_path), pytest.raises(CommandError, match="Another backup"):
        call_command("backup", tmp_path, verbosity=0)
    assert list(tmp_path.glob("*.tar")) == []


def test_what_a_killed_backup_left_is_removed_by_the_next(shop, tmp_path):
    left = tmp_path / f"{making.UNFINISHED}abc"
    left.mkdir()
    (left / "database.sqlite3").write_text("half")
    file = make_backup(tmp_path)
    assert file.exists()
    assert not left.exists()
