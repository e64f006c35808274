"""Jobs for tests. Some leave a file, so that a worker in another process can be watched."""

import time
from pathlib import Path

from foundation import jobs

done: list[str] = []


@jobs.job(priority=jobs.PICTURE)
def note(text: str) -> None:
    done.append(text)


@jobs.job(priority=jobs.PAYMENT)
def note_urgently(text: str) -> None:
    done.append(text)


@jobs.job(priority=jobs.MAIL, attempts=3)
def fail(text: str) -> None:
    done.append(text)
    raise ConnectionRefusedError(text)


@jobs.job(priority=jobs.MAIL)
def leave_file(path: str) -> None:
    Path(path).write_text("done")


@jobs.job(priority=jobs.PAYMENT)
def leave_file_urgently(path: str) -> None:
    Path(path).write_text("done")


@jobs.job(priority=jobs.MAIL)
def work_slowly(path: str, seconds: float) -> None:
    """Leave a file at the beginning and a mark in it at the end."""
    Path(path).write_text("begun")
    time.sleep(seconds)
    Path(path).write_text("done")


@jobs.job(priority=jobs.MAIL)
def hang_the_first_time(path: str) -> None:
    """Hang when no file is there yet; be done at once when there is one."""
    if Path(path).exists():
        Path(path).write_text("done")
        return
    Path(path).write_text("begun")
    time.sleep(60)
