"""Rules of the steps before the first request: each looks whether it is needed."""

import importlib.util
import io
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import environ
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from config import port, start
from config.management.commands.start import Command


@pytest.fixture
def first_env() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "first_env", django_settings.BASE_DIR / "tools/first_env.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> dict[str, str]:
    """Read a .env as settings do."""
    found: dict[str, str] = {}

    class Reader(environ.Env):
        ENVIRON = found

    Reader.read_env(path)
    return found


def test_first_env_has_demo_mode_a_long_key_and_a_password(first_env, tmp_path, monkeypatch):
    monkeypatch.delenv("DEMO_STAFF_PASSWORD", raising=False)
    first_env.write(tmp_path / ".env")
    values = read(tmp_path / ".env")
    assert values["SHOP_MODE"] == "demo"
    assert len(values["SECRET_KEY"]) >= 50
    assert len(values["DEMO_STAFF_PASSWORD"]) >= 12
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_first_env_takes_the_password_of_the_environment(first_env, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_STAFF_PASSWORD", "wood&wind!7=note")
    first_env.write(tmp_path / ".env")
    assert read(tmp_path / ".env")["DEMO_STAFF_PASSWORD"] == "wood&wind!7=note"


@pytest.mark.parametrize("unsafe", ["$HOME", "a b", "a#b", "a'b", 'a"b', "a\nb", "a\\b"])
def test_first_env_refuses_a_password_that_env_files_would_change(first_env, tmp_path, monkeypatch, unsafe):
    monkeypatch.setenv("DEMO_STAFF_PASSWORD", unsafe)
    with pytest.raises(ValueError, match="must not contain"):
        first_env.write(tmp_path / ".env")
    assert list(tmp_path.iterdir()) == []


def test_env_that_exists_is_left_alone(first_env, tmp_path):
    (tmp_path / ".env").write_text("SHOP_MODE=live\n")
    first_env.write(tmp_path / ".env")
    assert (tmp_path / ".env").read_text() == "SHOP_MODE=live\n"


@pytest.mark.parametrize("wrong", ["x", "", "0", "65536", "-1", "80 80"])
def test_wrong_port_is_named(wrong):
    assert "is not a port" in port.refusal("127.0.0.1", wrong)


def test_port_in_use_is_refused_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert "PORT=9000 make run" in port.refusal("127.0.0.1", str(number))
        with pytest.raises(CommandError, match=f"Port {number}"):
            call_command("start", port=number, skip_checks=True)
    assert port.refusal("127.0.0.1", str(number)) == ""


def test_port_is_checked_without_any_package():
    command = [sys.executable, "-S", "-I", str(django_settings.BASE_DIR / "config" / "port.py")]
    result = subprocess.run([*command, "127.0.0.1", "x"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "is not a port" in result.stderr


@pytest.fixture
def sources(settings, tmp_path):
    """Make a project with one static file, and nothing collected yet."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "shop.css").write_text("a")
    settings.STATICFILES_DIRS, settings.VAR_DIR = [folder], tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    return folder


def collected(static: start.StaticFiles) -> None:
    """Pretend that collectstatic succeeded."""
    (Path(django_settings.STATIC_ROOT) / "staticfiles.json").write_text("{}")
    static.process = subprocess.Popen([sys.executable, "-c", ""])
    static.finish()


def test_static_files_are_collected_once(sources):
    static = start.StaticFiles()
    assert not static.are_current()
    collected(static)
    assert start.StaticFiles().are_current()


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_changed_sources_are_collected_again(sources, change):
    collected(start.StaticFiles())
    if change == "edit":
        (sources / "shop.css").write_text("bb")
    elif change == "add":
        (sources / "new.css").write_text("a")
    else:
        (sources / "shop.css").unlink()
    assert not start.StaticFiles().are_current()


def test_lost_files_are_collected_again(sources):
    collected(start.StaticFiles())
    (Path(django_settings.STATIC_ROOT) / "staticfiles.json").unlink()
    assert not start.StaticFiles().are_current()


def test_failed_collection_leaves_no_stamp(sources):
    static = start.StaticFiles()
    static.process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(subprocess.CalledProcessError):
        static.finish()
    assert not static.stamp.exists()


def test_migrated_database_is_left_alone(db):
    assert start.are_tables_current()


def test_missing_migration_is_noticed(db):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="shop").order_by("-pk")[:1].get().delete()
    assert not start.are_tables_current()


def test_address_is_printed_at_once_also_into_a_pipe():
    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    Command(stdout=OutputWrapper(pipe)).tell(Path("var/log"))
    assert pipe.flushed >= 3
    assert django_settings.SITE_URL in pipe.getvalue()


@pytest.mark.parametrize(
    ("host", "proxies", "is_warned"),
    [
        ("127.0.0.1", 0, False), ("::1", 0, False), ("localhost", 0, False), ("127.8.8.8", 0, False),
        ("0.0.0.0", 0, True), ("::", 0, True), ("192.168.1.5", 0, True), ("shop.example", 0, True),
        ("0.0.0.0", 1, False),
    ],
)  # fmt: skip
def test_start_warns_of_a_public_host_without_a_proxy(settings, host, proxies, is_warned):
    settings.TRUSTED_PROXIES = proxies
    assert start.is_public_without_proxy(host) == is_warned
