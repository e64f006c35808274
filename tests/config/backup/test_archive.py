"""Rules of the file: every byte is checked, and nothing odd gets out of it."""

import shutil
import tarfile
from pathlib import Path

import pytest

from config.backup import archive
from config.backup.errors import DamagedBackup
from tests.config.backup.archives import bare, changed, members, with_member, written

ORIGINAL = "media/originals/ab/abcd.jpg"


@pytest.fixture
def backup(tmp_path) -> Path:
    """Write a small backup, without a shop."""
    return bare(tmp_path)


def test_whole_backup_is_accepted(backup):
    assert archive.verify(backup).originals == [ORIGINAL]


@pytest.mark.parametrize(
    "name", ["database.sqlite3", ORIGINAL, "settings.json", "manifest.json", "manifest.sha256"]
)
def test_one_changed_byte_in_any_member_is_found(backup, name):
    with tarfile.open(backup) as tar:
        member = tar.getmember(name)
    for position in (0, member.size // 2, member.size - 1):
        data = bytearray(backup.read_bytes())
        data[member.offset_data + position] ^= 1
        damaged = backup.with_name("damaged.tar")
        damaged.write_bytes(data)
        with pytest.raises(DamagedBackup):
            archive.verify(damaged)


def test_a_changed_byte_anywhere_is_found_or_changes_no_member(backup):
    whole, data = members(backup), backup.read_bytes()
    damaged = backup.with_name("damaged.tar")
    for position in range(0, len(data), 97):
        damaged.write_bytes(data[:position] + bytes([data[position] ^ 0x20]) + data[position + 1 :])
        try:
            archive.verify(damaged)
        except DamagedBackup:
            continue
        assert members(damaged) == whole


def test_backup_cut_off_anywhere_is_refused(backup):
    data = backup.read_bytes()
    with tarfile.open(backup) as tar:
        last = tar.getmembers()[-1]
    for length in [0, 1, 511, 512, 600, *range(1024, last.offset_data + last.size, 333)]:
        cut = backup.with_name("cut.tar")
        cut.write_bytes(data[:length])
        with pytest.raises(DamagedBackup):
            archive.verify(cut)


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "/etc/cron.d/evil", "media/../../evil", "media/originals/../../evil.jpg", "evil.py",
        "media//etc/evil", "media/originals/ab/..", "media/originals/.hidden/a.jpg", "./settings.json",
        "media/renditions/a.jpg", "media/originals/a\nb.jpg", "media/originals/ä.jpg",
        "media\\originals\\a.jpg", "database.sqlite3-wal",
    ],
)  # fmt: skip
def test_member_with_an_odd_path_is_refused(backup, name):
    file = with_member(backup, tarfile.TarInfo(name), b"evil")
    with pytest.raises(DamagedBackup, match="no backup of this shop"):
        archive.verify(file)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_member_that_is_no_plain_file_is_refused(backup, kind):
    info = tarfile.TarInfo("media/originals/ab/link.jpg")
    info.type, info.linkname = kind, "/etc/passwd"
    with pytest.raises(DamagedBackup, match="no backup of this shop"):
        archive.verify(with_member(backup, info))


def test_member_that_is_there_twice_is_refused(backup):
    with pytest.raises(DamagedBackup, match="twice"):
        archive.verify(with_member(backup, tarfile.TarInfo("settings.json"), b"{}\n"))


def test_member_that_the_manifest_does_not_name_is_refused(backup):
    with pytest.raises(DamagedBackup, match="more"):
        archive.verify(with_member(backup, tarfile.TarInfo("media/originals/ab/more.jpg"), b"more"))


def test_member_that_is_missing_is_refused(backup):
    parts = members(backup)
    parts.pop(ORIGINAL)
    infos = [(tarfile.TarInfo(name), data) for name, data in parts.items()]
    with pytest.raises(DamagedBackup, match="abcd"):
        archive.verify(written(backup.with_name("less.tar"), infos))


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.tar").write_text("no tar at all")
    shutil.make_archive(str(tmp_path / "zipped"), "gztar", tmp_path)
    for name in ("text.tar", "zipped.tar.gz"):
        with pytest.raises(DamagedBackup):
            archive.verify(tmp_path / name)


def test_backup_of_a_later_format_is_refused(backup):
    later = changed(backup, lambda told, parts: told.update(format=2))
    with pytest.raises(DamagedBackup, match="format 2"):
        archive.verify(later)


def test_file_that_changed_after_it_was_verified_is_not_believed(backup, tmp_path):
    told = archive.verify(backup)
    data = backup.read_bytes()
    backup.write_bytes(data.replace(b"picture", b"forgery", 1))
    with pytest.raises(DamagedBackup, match="changed while it was read"):
        archive.extract(backup, told, lambda name: tmp_path / "out" / name)


def test_extracting_overwrites_nothing(backup, tmp_path):
    told = archive.verify(backup)
    (tmp_path / "settings.json").write_text("mine")
    with pytest.raises(FileExistsError):
        archive.extract(backup, told, lambda name: tmp_path / name)
    assert (tmp_path / "settings.json").read_text() == "mine"
