"""The real shop for the benchmarks: `manage.py start` on SQLite or PostgreSQL, in a temporary folder.

PostgreSQL writes to the disk at each commit here, as in production; the throw-away server of the
tests does not.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgresql")
START_SECONDS, END_SECONDS = 180, 30
DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Place:
    """A folder and a database, and the environment that leads there."""

    folder: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command; return what it printed. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *arguments]
        return _output(command, self.environment)

    def inside(self, *arguments: object) -> Any:
        """Ask benchmarks/inside.py, which runs with the shop's own code."""
        command = [sys.executable, "benchmarks/inside.py", *map(str, arguments)]
        return json.loads(_output(command, self.environment))


@dataclass(frozen=True)
class Shop:
    """A running shop."""

    host: str
    port: int
    place: Place
    process: "subprocess.Popen[bytes]"

    def web_cpu_seconds(self) -> float:
        """Return the CPU time that the web's processes have used so far."""
        return sum(_cpu_seconds(pid) for pid in self.web_pids())

    def web_pids(self) -> list[int]:
        """Return the ids of the web's processes."""
        return [pid for pid in _below(self.process.pid) if "web" in _command(pid)]


@contextmanager
def place(database: str, **settings: str) -> Iterator[Place]:
    """Give an empty folder and an empty database; both are removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL's user walks through it
        with _database(database, folder / "postgres") as url:
            yield Place(folder, environment(folder / "var", url) | settings)


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return our environment with the settings of a measured demo; every buyer has his own address."""
    ours = {"SITE_URL", "CACHE_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "EMAIL_URL", "MAKEFLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {
        "SHOP_MODE": "demo",
        "SECRET_KEY": "measured-" + "k" * 50,
        "DEMO_STAFF_PASSWORD": "measured-staff-password",
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "TRUSTED_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    script, env = str(ROOT / "tools/postgres.sh"), os.environ | {"KORA_POSTGRES_DIR": str(folder)}
    url = subprocess.run(
        [script, "start"], env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()[-1]
    try:
        _make_durable(url)
        yield url
    finally:
        subprocess.run([script, "stop"], env=env, check=True)


def _make_durable(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in DURABLE:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def shop(database: str, **settings: str) -> Iterator[Shop]:
    """Start web and worker on a free port; end both afterwards."""
    port = _free_port()
    with place(database, SITE_URL=f"http://127.0.0.1:{port}", **settings) as empty:
        printed = empty.folder / "start.out"
        with printed.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "start", "--port", str(port)],
                cwd=ROOT, env=empty.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/", process, printed)
            yield Shop("127.0.0.1", port, empty, process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=END_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", printed: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The shop did not come up:\n{printed.read_text()}")


def _output(command: list[str], env: dict[str, str]) -> str:
    result = subprocess.run(command, cwd=ROOT, env=env, check=False, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


def _below(parent: int) -> list[int]:
    """Return the ids of all processes that descend from `parent`."""
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return children + [pid for child in children for pid in _below(child)]


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
