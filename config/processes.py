"""The two processes of the shop, web and worker, under one parent; when one ends, both end.

Each leads a process group of its own, so Ctrl-C reaches the parent alone, which then ends both in
order. What they print goes to a log file; errors are shown on the terminal too.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LOG_BYTES = 10_000_000  # a longer log is put aside as <name>.log.1 at the next start
GRACE_SECONDS = 10  # between the request to end and the kill
POLL_SECONDS = 0.2
_ERROR = re.compile(r"\b(ERROR|CRITICAL)\b|^Traceback|^CommandError")
_NEXT_MESSAGE = re.compile(r"^(\d{4}-\d\d-\d\d|\[(INFO|WARNING|DEBUG)\])")


@dataclass
class Child:
    """One process with its log file."""

    name: str
    command: list[str]
    log: Path
    process: "subprocess.Popen[str]" = field(init=False)
    follower: threading.Thread = field(init=False)

    def start(self) -> None:
        """Start the process in a group of its own and follow what it prints."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            [*_ends_with_parent(), *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self.follower = threading.Thread(target=self._follow, daemon=True)
        self.follower.start()

    def is_running(self) -> bool:
        """Tell whether the process still runs."""
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send SIGTERM to the leader; granian then ends its own workers."""
        self.process.terminate()

    def kill(self) -> None:
        """Kill what is left of the group."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _follow(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        with self.process.stdout as output, self.log.open("a", encoding="utf-8", buffering=1) as log:
            is_error = False
            for line in output:
                log.write(line)
                is_error = bool(_ERROR.search(line)) or (is_error and not _NEXT_MESSAGE.match(line))
                if is_error:
                    sys.stderr.write(f"{self.name}: {line}")


def _ends_with_parent() -> list[str]:
    """Return the words that have Linux end a child whose parent was killed, so that no port stays taken."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


class Pair:
    """Web and worker: started together, ended together."""

    def __init__(self, *children: Child) -> None:
        """Take the children in the order in which they start."""
        self.children = children
        self.signals = 0

    def start(self) -> None:
        """Start all; from now on SIGINT and SIGTERM end them, a second one at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start()

    def dead(self) -> Child | None:
        """Return a child that has ended by itself, if any."""
        return next((child for child in self.children if not child.is_running()), None)

    def wait(self) -> Child | None:
        """Wait for a signal (None) or for a child that ends by itself (that child)."""
        while not self.signals:
            if child := self.dead():
                return child
            time.sleep(POLL_SECONDS)
        return None

    def end(self) -> None:
        """End every child and all they started."""
        for child in self.children:
            child.ask_to_end()
        until = time.monotonic() + GRACE_SECONDS
        while any(child.is_running() for child in self.children):
            if time.monotonic() > until or self.signals > 1:
                break
            time.sleep(0.05)
        for child in self.children:
            child.kill()
            child.process.wait()
            child.follower.join(timeout=1)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
