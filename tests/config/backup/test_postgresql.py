"""Rules of pg_dump and pg_restore: the server's version, and no password for others to see."""

import os
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backup import postgresql
from config.backup.errors import BackupFailed, UnfitBackup

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def program(path, version):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Let nothing but what the test puts there be installed, beside a server of version 15."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(postgresql, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(postgresql, "server_version", lambda: "15.20")
    return tmp_path


def test_missing_program_is_named_with_the_package_to_install(installed, tmp_path):
    with pytest.raises(CommandError, match=r"pg_dump of PostgreSQL 15 .*install postgresql-client-15"):
        call_command("backup", tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_older_program_is_not_taken(installed):
    program(installed / "bin" / "pg_dump", "14.9")
    with pytest.raises(BackupFailed):
        postgresql.find_program("pg_dump", error=BackupFailed)


def test_program_of_the_servers_version_is_preferred(installed):
    program(installed / "bin" / "pg_dump", "17.2")
    program(installed / "debian" / "16" / "bin" / "pg_dump", "16.1")
    same = program(installed / "debian" / "15" / "bin" / "pg_dump", "15.3 (Debian 15.3-0+deb12u1)")
    assert postgresql.find_program("pg_dump", error=BackupFailed) == same


def test_newer_program_will_do(installed):
    newer = program(installed / "bin" / "pg_dump", "17.2")
    assert postgresql.find_program("pg_dump", error=BackupFailed) == newer


def test_password_goes_by_the_environment_and_not_by_the_command_line(monkeypatch, tmp_path):
    ran = []
    run = subprocess.run

    def recorded(command, **options):
        ran.append((command, options.get("env", {})))
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", recorded)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "database-password")
    connection.close()
    try:
        postgresql.dump(tmp_path / "database.dump")
    finally:
        connection.close()
    command, environment = ran[-1]
    assert environment["PGPASSWORD"] == "database-password"
    assert "database-password" not in " ".join(command)
    assert "PGOPTIONS" not in {name for name in environment if name not in os.environ}


def test_backup_of_a_newer_server_is_refused():
    with pytest.raises(UnfitBackup, match="PostgreSQL 99"):
        postgresql.refuse_version("99.1")
    postgresql.refuse_version("15.0")
