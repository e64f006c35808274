"""Seconds from `make run` to the first answered page, in a fresh clone and once more.

    python3 benchmarks/run.py

Needs a warm package cache to be comparable. Standard library only. Ends with 1 when a promise of
docs/measurements.md is broken: 60 s for the first start, 5 s for the second, nothing left behind.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST_SECONDS, SECOND_SECONDS, END_SECONDS = 60, 5, 12


def free_port() -> int:
    """Return a port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(port: int) -> dict[str, str]:
    """Return our environment without what would lead the clone elsewhere."""
    ours = {"VIRTUAL_ENV", "VAR_DIR", "DATABASE_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"PORT": str(port)}


def answers(url: str) -> bool:
    """Tell whether the home page is there."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except OSError:
        return False


def timed_start(clone: Path, log: Path) -> tuple[float, float]:
    """Start, wait for the home page, press Ctrl-C; return the seconds of both."""
    port = free_port()
    began = time.monotonic()
    with log.open("ab") as output:
        shop = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env=environment(port),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while not answers(f"http://127.0.0.1:{port}/"):
        if shop.poll() is not None or time.monotonic() - began > 600:
            sys.exit(f"make run did not come up:\n{log.read_text()}")
        time.sleep(0.05)
    up = time.monotonic() - began
    os.killpg(shop.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
    shop.wait(timeout=60)
    return up, time.monotonic() - began - up


def left_behind(clone: Path) -> list[str]:
    """Return the command lines of processes that still run from the clone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(clone) in line:
            found.append(line)
    return found


def main() -> int:
    """Measure twice and print a table."""
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        clone, log = Path(folder) / "kora", Path(folder) / "run.log"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        first, first_end = timed_start(clone, log)
        second, second_end = timed_start(clone, log)
        leftovers = left_behind(clone)
    print("| make run | seconds to the home page | seconds to end |")
    print("|---|--:|--:|")
    print(f"| first, fresh clone | {first:.1f} | {first_end:.1f} |")
    print(f"| second | {second:.1f} | {second_end:.1f} |")
    for line in leftovers:
        print(f"still running: {line}")
    is_good = first < FIRST_SECONDS and second < SECOND_SECONDS and max(first_end, second_end) < END_SECONDS
    return 0 if is_good and not leftovers else 1


if __name__ == "__main__":
    sys.exit(main())
