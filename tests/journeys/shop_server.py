"""The real shop for the journeys: `manage.py start`, as production serves it, in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
START_SECONDS = 120  # tables, demo, pictures and compressed static files, on a busy machine
END_SECONDS = 20
COMMAND_SECONDS = 60
STAFF_PASSWORD = "journeys-staff-password"


@dataclass(frozen=True)
class Shop:
    """A running shop."""

    address: str  # without a trailing slash
    mail_folder: Path

    def url(self, path: str) -> str:
        """Return the full address of a path."""
        return f"{self.address}{path}"


@contextmanager
def running_shop(folder: Path) -> Iterator[Shop]:
    """Start web and worker on a free port with all state below `folder`; end both afterwards.

    Raises AssertionError with what the shop printed when it does not come up.
    """
    port = _free_port()
    shop = Shop(f"http://127.0.0.1:{port}", folder / "mail")
    printed = folder / "start.out"
    with printed.open("w") as output:
        command = [sys.executable, str(MANAGE), "start", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(
            command, env=_environment(folder, shop.address), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_ready(shop, process, printed)
        yield shop
    finally:
        _end(process)


def manage(shop: Shop, *arguments: str) -> None:
    """Run a command of manage.py beside the running shop, on its database."""
    command = [sys.executable, str(MANAGE), *arguments]
    environment = _environment(shop.mail_folder.parent, shop.address)
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, timeout=COMMAND_SECONDS, check=True)


def error_pages(shop: Shop) -> dict[str, str]:
    """Return the HTML of the pages for errors that no visitor can cause at will, by status."""
    command = [sys.executable, "-m", "tests.journeys.rendered_errors"]
    environment = _environment(shop.mail_folder.parent, shop.address)
    printed = subprocess.run(
        command,
        cwd=MANAGE.parent,
        env=environment,
        stdout=subprocess.PIPE,
        timeout=COMMAND_SECONDS,
        check=True,
    ).stdout
    pages: dict[str, str] = json.loads(printed)
    return pages


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, address: str) -> dict[str, str]:
    """Return our environment with production's settings instead of the tests'."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SHOP_MODE": "demo",
        "SECRET_KEY": "journeys-only-" + "k" * 50,
        "SITE_URL": address,
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
        "DEMO_STAFF_PASSWORD": STAFF_PASSWORD,
        "PICTURE_AVIF_SPEED": "10",  # larger files, a tenth of the time
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(shop: Shop, process: subprocess.Popen[bytes], printed: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if _answers(shop):
            return
        time.sleep(0.1)
    raise AssertionError(f"The shop did not come up:\n{printed.read_text()}")


def _answers(shop: Shop) -> bool:
    try:
        urllib.request.urlopen(shop.url("/healthz"), timeout=10).close()
    except OSError:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
