"""Say, on the page where Django asks once more, what a deletion means for customers."""

from collections.abc import Iterable, Sequence
from typing import Any

from foundation.staff_admin import StaffAdmin


class WarnBeforeDeleting(StaffAdmin):
    """An admin whose `losses(rows)` tell what stops when these rows are gone."""

    def losses(self, rows: Sequence[Any]) -> Iterable[str]:
        """Return sentences, one for each thing that stops."""
        raise NotImplementedError
