"""The shop's real processes, web and worker, on a database that a test may take away."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import requests

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class RealShop:
    """Where the web process listens, and the environment of all its processes."""

    address: str
    environment: dict[str, str]

    def get(self, path: str) -> requests.Response:
        """Ask for a page, as a new visitor."""
        return requests.get(f"{self.address}{path}", timeout=60)

    def is_ready_within(self, seconds: float) -> bool:
        """Tell whether /readyz answers 200 before so many seconds have passed."""
        until = time.monotonic() + seconds
        while self.get("/readyz").status_code != 200:
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def run(self, *words: str) -> None:
        """Run a command of the shop. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *words, "--skip-checks"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def real_shop(*, database_url: str, database_name: str, worker: bool = False) -> Iterator[RealShop]:
    """Make a small shop in the database and serve it, with a worker if wanted."""
    with tempfile.TemporaryDirectory(prefix="kora-shop-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.foundation.worker_settings",
            "DATABASE_URL": database_url,
            "TEST_DATABASE_NAME": database_name,
            "TMPDIR": folder,
            **dict.fromkeys(("LIMIT_CART", "LIMIT_CHECKOUT", "LIMIT_PAYMENTS"), "1000000/60"),
        }
        make = [sys.executable, "-m", "tests.faults.make_shop"]
        subprocess.run(make, cwd=ROOT, env=environment, check=True)
        port = _free_port()
        shop = RealShop(f"http://127.0.0.1:{port}", environment)
        commands = [["web", "--port", str(port)]] + [["worker"]] * worker
        with (Path(folder) / "log").open("w") as log:
            processes = [_start(words, environment, log) for words in commands]
            try:
                _wait_until_it_answers(shop)
                yield shop
            finally:
                for process in processes:
                    process.terminate()
                for process in processes:
                    process.wait(20)


def _start(words: list[str], environment: dict[str, str], log: IO[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", *words, "--skip-checks"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_it_answers(shop: RealShop) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            shop.get("/healthz")
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The shop did not come up.")
