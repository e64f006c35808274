"""Rules of what may be restored here: the same mode and database, and no newer program."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backup import restoring
from config.backup.errors import UnfitBackup
from tests.config.backup.archives import bare

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("there", "here"), [("live", "test"), ("test", "live"), ("demo", "live")])
def test_backup_of_another_mode_is_refused(settings, tmp_path, there, here):
    settings.SHOP_MODE = here
    with pytest.raises(UnfitBackup, match=f"SHOP_MODE={there}, and here SHOP_MODE is {here}"):
        restoring.check(bare(tmp_path, mode=there))


@pytest.mark.parametrize("mode", ["live", "test"])
def test_backup_of_a_shop_that_has_been_live_is_refused_by_a_demo(settings, tmp_path, mode):
    settings.SHOP_MODE = "demo"
    with pytest.raises(UnfitBackup, match="has been live"):
        restoring.check(bare(tmp_path, mode=mode, has_been_live=True))


def test_backup_of_the_other_database_is_refused(tmp_path):
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    with pytest.raises(UnfitBackup, match=f"This backup is of {other}, and here .* to {connection.vendor}"):
        restoring.check(bare(tmp_path, vendor=other))


def test_backup_of_a_newer_program_is_refused_with_its_version(tmp_path):
    newer = ["shop.0001_initial", "shop.9999_from_the_future"]
    with pytest.raises(UnfitBackup, match=r"newer program \(9\.0\): shop\.9999_from_the_future are"):
        restoring.check(bare(tmp_path, program="9.0", migrations=newer))


@pytest.mark.parametrize("name", ["missing.tar", "."])
def test_file_that_is_not_there_is_named(tmp_path, name):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", tmp_path / name)
