"""Real worker processes on the tests' database."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from foundation.models import Heartbeat

ROOT = Path(__file__).resolve().parents[2]
Process = subprocess.Popen[bytes]
Start = Callable[..., Process]


@contextmanager
def workers() -> Iterator[Start]:
    """Give a function that starts a worker, with more environment if wanted; none outlives the block."""
    started: list[Process] = []
    with tempfile.TemporaryDirectory(prefix="kora-workers-") as folder:
        common = {
            "DJANGO_SETTINGS_MODULE": "tests.foundation.worker_settings",
            "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            "LOG_LEVEL": "ERROR",
            "TMPDIR": folder,  # what a killed process leaves behind
        }

        def start(**environment: str) -> Process:
            command = [sys.executable, "manage.py", "worker", "--skip-checks"]
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | common | environment)
            started.append(process)
            return process

        try:
            yield start
        finally:
            for process in started:
                process.kill()
                process.wait()


def is_working(process: Process) -> bool:
    """Tell whether this process has given a sign of life."""
    return Heartbeat.objects.filter(worker_id__contains=f"-{process.pid}-").exists()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until `condition()` holds. Raises AssertionError when it never does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
