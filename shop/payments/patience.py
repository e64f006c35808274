"""How many processes may wait for Stripe at once, so that a slow Stripe never stops the whole shop.

A request that asks Stripe holds one of two seats: small files in VAR_DIR, locked by the kernel, which
frees the seat of a process that dies. The web has four processes, so two always answer everybody else.
Error: Busy. Source: docs/payments.md, "When Stripe is slow".
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

SEATS = 2
LONGEST_WAIT = 1.0  # seconds
PAUSE = 0.05

logger = logging.getLogger(__name__)


class Busy(Exception):
    """All seats are taken by others who wait for Stripe; nothing was asked."""


@contextmanager
def seat() -> Iterator[None]:
    """Hold a seat while Stripe is asked. Raises Busy when none gets free within a second."""
    files = _open_files()
    try:
        if files:
            _take_one(files)
        yield
    finally:
        for file in files:
            os.close(file)


def _open_files() -> list[int]:
    """Open the files of all seats; an unwritable folder is logged and limits nobody."""
    paths = [Path(settings.VAR_DIR) / f"stripe-seat-{number}.lock" for number in range(1, SEATS + 1)]
    files: list[int] = []
    try:
        for path in paths:
            files.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # noqa: PERF401
    except OSError as error:
        logger.warning("Waiting for Stripe is not limited: %s", error)
    return files


def _take_one(files: list[int]) -> None:
    give_up_at = time.monotonic() + LONGEST_WAIT
    while not any(_is_taken_by_us(file) for file in files):
        if time.monotonic() >= give_up_at:
            raise Busy("Stripe is busy: others wait for its answer.")
        time.sleep(PAUSE)


def _is_taken_by_us(file: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
