"""Say, on the page where Django asks once more, what a deletion means for customers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from foundation.staff_admin import StaffAdmin


class WarnBeforeDeleting(StaffAdmin):
    """An admin whose `losses(rows)` tell what stops when these rows are gone."""

    def losses(self, rows: Sequence[Any]) -> Iterable[str]:
        """Return sentences, one for each thing that stops."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest) -> Any:
        """Warn while the question is asked, for one row as for many chosen in the list."""
        if not request.POST.get("post"):  # not answered yet
            for text in self.losses(list(objs)):
                messages.warning(request, text)
        return super().get_deleted_objects(objs, request)
