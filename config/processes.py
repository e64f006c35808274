"""The two processes of the shop, web and worker, under one parent, which ends both.

A process that was up and ends by itself is started again, after a pause that grows when it goes on; one that
never came up ends the other too.

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
UP_SECONDS = 5.0  # a process that lived so long had come up
CALM_SECONDS = 60.0  # after which an end counts as the first one again
PAUSES = (0.5, 1, 2, 5, 10, 30)  # seconds before a process is started again
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
    started_at: float = field(init=False, default=0.0)
    was_up: bool = field(init=False, default=False)
    ends: int = field(init=False, default=0)  # in a row

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
        self.started_at = time.monotonic()
        self.follower = threading.Thread(target=self._follow, daemon=True)
        self.follower.start()

    def note_end(self) -> float | None:
        """Return the pause before a process that ended is started again; None when it never was up."""
        lived = time.monotonic() - self.started_at
        self.was_up = self.was_up or lived > UP_SECONDS
        self.ends = 0 if lived > CALM_SECONDS else self.ends
        self.ends += 1
        return PAUSES[min(self.ends, len(PAUSES)) - 1] if self.was_up else None

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
    """Web and worker: started together, kept up, ended together."""

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

    def note_up(self) -> None:
        """Note that the children that run have come up: from now on each is started again when it ends."""
        for child in self.children:
            child.was_up = child.was_up or child.is_running()

    def wait(self) -> Child | None:
        """Wait for a signal (None) or for a child that never came up (that child)."""
        while not self.signals:
            child = self.dead()
            if child and not self._start_again(child):
                return child
            time.sleep(POLL_SECONDS)
        return None

    def _start_again(self, child: Child) -> bool:
        """Start a child again that was up, after a pause and with what it left behind gone."""
        pause = child.note_end()
        if pause is None:
            return False
        what = {"name": child.name, "code": child.process.returncode, "pause": pause}
        text = "The {name} process ended by itself (code {code}); it starts again in {pause} s.\n"
        sys.stderr.write(text.format(**what))
        child.kill()
        self._sleep(pause)
        if not self.signals:
            child.start()
        return True

    def _sleep(self, seconds: float) -> None:
        """Sleep until then, or until somebody wants the end."""
        until = time.monotonic() + seconds
        while not self.signals and time.monotonic() < until:
            time.sleep(0.05)

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
