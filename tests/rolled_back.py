"""A test that is rolled back behaves as one that commits: the block around it counts as no transaction.

Django itself makes the difference for `atomic(durable=True)`. Here it also holds for what waits for a commit:
it is called when the shop's own outermost block ends, or at once outside of any.
"""

from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic

from foundation import transactions

_append, _leave = BaseDatabaseWrapper.on_commit, Atomic.__exit__


def teach_django() -> None:
    """Let tests without `transaction=True` hear of the shop's commits."""
    BaseDatabaseWrapper.on_commit = _on_commit  # type: ignore[method-assign]
    Atomic.__exit__ = _exit  # type: ignore[method-assign]


def _on_commit(self: BaseDatabaseWrapper, func: Any, robust: bool = False) -> None:
    _append(self, func, robust)
    _commit(self)


def _exit(self: Atomic, *error: Any) -> None:
    _leave(self, *error)
    _commit(connection)


def _commit(wrapper: Any) -> None:
    """Call what waits if nothing of the shop's is open but the test is."""
    if not wrapper.in_atomic_block or transactions.is_open() or wrapper.needs_rollback:
        return
    while wrapper.run_on_commit:
        _savepoints, func, is_robust = wrapper.run_on_commit.pop(0)
        try:
            func()
        except Exception:
            if not is_robust:
                raise
