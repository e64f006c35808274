"""Rules of the parent of web and worker: when one ends, all end, and nobody is left behind."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import processes
from config.processes import Child, Pair

SLEEP = "import time; time.sleep(60)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
WITH_GRANDCHILD = f"""
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
print(grandchild.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., Child]:
    def make(code: str, name: str = "web") -> Child:
        return Child(name, [sys.executable, "-c", code], tmp_path / "log" / f"{name}.log")

    return make


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def eventually(condition: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_child_that_ends_by_itself_is_named(child):
    pair = Pair(child(SLEEP, "web"), child("raise SystemExit(3)", "worker"))
    pair.start()
    dead = pair.wait()
    pair.end()
    assert dead is not None
    assert (dead.name, dead.process.returncode) == ("worker", 3)
    assert not any(c.is_running() for c in pair.children)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_to_the_parent_ends_both(child, number):
    pair = Pair(child(SLEEP, "web"), child(SLEEP, "worker"))
    pair.start()
    os.kill(os.getpid(), number)
    assert pair.wait() is None
    pair.end()
    assert not any(c.is_running() for c in pair.children)


def test_what_a_child_started_ends_with_it(child):
    web = child(WITH_GRANDCHILD)
    pair = Pair(web)
    pair.start()
    eventually(lambda: web.log.read_text().strip())
    grandchild = int(web.log.read_text())
    assert is_alive(grandchild)
    pair.end()
    eventually(lambda: not is_alive(grandchild))


def test_child_that_ignores_the_request_is_killed(child, monkeypatch):
    monkeypatch.setattr(processes, "GRACE_SECONDS", 0.3)
    web = child(STUBBORN)
    pair = Pair(web)
    pair.start()
    eventually(lambda: "ready" in web.log.read_text())
    pair.end()
    assert web.process.returncode == -signal.SIGKILL


def test_errors_reach_the_terminal_and_everything_reaches_the_log(child, capsys):
    code = (
        "print('2026-11-22 10:00:00 INFO kora quiet'); print('2026-11-22 10:00:01 ERROR kora broken');"
        "print('Traceback (most recent call last):'); print('ValueError: why');"
        "print('2026-11-22 10:00:02 INFO kora quiet again')"
    )
    web = child(code)
    web.start()
    web.process.wait()
    web.follower.join(5)
    shown = capsys.readouterr().err
    assert "web: 2026-11-22 10:00:01 ERROR kora broken" in shown
    assert "web: ValueError: why" in shown
    assert "quiet" not in shown
    assert web.log.read_text().count("\n") == 5


def test_long_log_is_put_aside(child, monkeypatch):
    monkeypatch.setattr(processes, "LOG_BYTES", 10)
    web = child("print('new')")
    web.log.parent.mkdir()
    web.log.write_text("a line of yesterday\n")
    web.start()
    web.process.wait()
    web.follower.join(5)
    assert web.log.read_text() == "new\n"
    assert web.log.with_suffix(".log.1").read_text() == "a line of yesterday\n"


def test_process_that_was_up_is_started_again_however_often_it_is_killed(child, monkeypatch):
    monkeypatch.setattr(processes, "PAUSES", (0.01,))
    pair = Pair(child(SLEEP, "web"), child(SLEEP, "worker"))
    pair.start()
    pair.note_up()
    waiting = threading.Thread(target=pair.wait)
    waiting.start()
    for _ in range(3):
        pid = pair.children[0].process.pid
        os.kill(pid, signal.SIGKILL)
        eventually(lambda pid=pid: pair.children[0].process.pid != pid and pair.children[0].is_running())
    pair.signals = 1
    waiting.join(5)
    pair.end()
    assert not any(c.is_running() for c in pair.children)


def test_process_that_never_came_up_is_not_started_again(child):
    pair = Pair(child("raise SystemExit(3)", "web"), child(SLEEP, "worker"))
    pair.start()
    dead = pair.wait()
    pair.end()
    assert dead is pair.children[0]


def test_pause_grows_with_each_end_and_starts_anew_after_a_calm_time(child, monkeypatch):
    web = child(SLEEP)
    web.was_up, web.started_at = True, time.monotonic()
    pauses = [web.note_end() for _ in range(8)]
    assert pauses == [0.5, 1, 2, 5, 10, 30, 30, 30]
    web.started_at -= processes.CALM_SECONDS + 1
    assert web.note_end() == 0.5


def test_signal_during_a_pause_ends_the_waiting(child, monkeypatch):
    monkeypatch.setattr(processes, "PAUSES", (60,))
    pair = Pair(child("raise SystemExit(1)"))
    pair.start()
    pair.children[0].was_up = True
    waiting = threading.Thread(target=pair.wait)
    waiting.start()
    eventually(lambda: pair.children[0].ends == 1)
    pair.signals = 1
    waiting.join(5)
    assert not waiting.is_alive()
    pair.end()
