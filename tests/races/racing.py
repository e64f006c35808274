"""Run the same work in many threads at once, each with its own database connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def race(work: Callable[[int], Any], runners: int) -> list[Any]:
    """Start `work(0)` ... `work(runners - 1)` together; return results or exceptions, in order."""
    if connection.in_atomic_block:
        raise RuntimeError("Other connections see nothing of this test: mark it transaction=True.")
    start = threading.Barrier(runners)
    results: list[Any] = [None] * runners

    def run(n: int) -> None:
        try:
            start.wait(timeout=30)
            results[n] = work(n)
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
