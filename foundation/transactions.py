"""Whether work is inside a transaction of the shop's own."""

from django.db import connection


def is_open() -> bool:
    """Return whether a transaction is open; the block around a whole test counts as none.

    Django draws the same line for `atomic(durable=True)`.
    """
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
