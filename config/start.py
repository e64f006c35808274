"""What happens between `make run` and the first request: mode, tables, demo, static files, pictures.

Every step looks first whether it is needed, so that a second start takes seconds.
"""

import hashlib
import io
import subprocess
import sys
import time
import urllib.error
import urllib.request
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import modes, static_storage
from config.processes import Child

MANAGE = Path(settings.BASE_DIR) / "manage.py"
READY_SECONDS = 60


class StaticFiles:
    """The collected static files and the stamp that says what they were made from."""

    def __init__(self) -> None:
        """Look at the sources."""
        self.stamp = Path(settings.VAR_DIR) / "static.stamp"
        self.wanted = static_fingerprint()
        self.process: subprocess.Popen[bytes] | None = None

    def are_current(self) -> bool:
        """Tell whether nothing needs to be collected."""
        is_there = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
        return is_there and self.stamp.exists() and self.stamp.read_text() == self.wanted

    def begin(self) -> None:
        """Start collecting beside the other steps: compressing takes seconds."""
        options = ["--noinput", "--verbosity=0", "--skip-checks"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(MANAGE), "collectstatic", *options], stdin=subprocess.DEVNULL
        )

    def finish(self) -> None:
        """Wait until all is collected and write the stamp. Raises CalledProcessError."""
        if self.process is None:
            return
        if code := self.process.wait():
            raise subprocess.CalledProcessError(code, "collectstatic")
        self.stamp.write_text(self.wanted)


def static_fingerprint() -> str:
    """Return a hash over paths, sizes and times of all static sources and of our storage's code."""
    digest = hashlib.sha256(Path(static_storage.__file__).read_bytes())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{storage.path(path)}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def are_tables_current() -> bool:
    """Tell whether every migration was applied. One query."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate() -> None:
    """Apply the migrations that are missing."""
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def load_demo() -> None:
    """Load the demo's content once, set the staff's passwords, make the renditions."""
    call_command("load_demo", verbosity=0, skip_checks=True)
    call_command("make_renditions", quick=True, verbosity=0, skip_checks=True, stdout=io.StringIO())


def check_mode() -> None:
    """Compare keys, mode and database, and remember a live one. Raises WrongMode."""
    modes.refuse_if_wrong()
    modes.remember()


def web(host: str, port: int, log: Path) -> Child:
    """Return the web process: granian, as in production."""
    place = ["--host", host, "--port", str(port)]
    return Child("web", [sys.executable, str(MANAGE), "web", "--skip-checks", *place], log)


def worker(log: Path) -> Child:
    """Return the process that works in the background."""
    return Child("worker", [sys.executable, str(MANAGE), "worker", "--skip-checks"], log)


def own_address(host: str, port: int) -> str:
    """Return the address under which this machine reaches what listens on `host`."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - looked up, not bound
    name = everywhere.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def is_public_without_proxy(host: str) -> bool:
    """Tell whether strangers reach the shop itself, with nothing in front that takes slow clients and TLS."""
    if settings.TRUSTED_PROXIES or host == "localhost":
        return False
    try:
        return not ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        return True


def wait_until_it_answers(url: str, child: Child) -> bool:
    """Return whether the web process answered /healthz before it died or a minute passed."""
    until = time.monotonic() + READY_SECONDS
    while child.is_running() and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=READY_SECONDS).close()  # noqa: S310 - loopback
        except urllib.error.HTTPError:
            return True  # an answer, if not the best one
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
