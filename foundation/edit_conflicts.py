"""Notice that somebody else saved a row while its form was open, and say what they changed.

A form carries, signed, what its row and the rows on its page were when it was opened. When it comes
back the rows are locked and compared with that. What a form does not edit, such as reserved stock,
does not count. `foundation.staff_admin` asks here for every form of the admin; a form that stands by itself,
such as that of a parcel, carries the facts that it goes by and asks `edit_conflict_words.overtaken`.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

FIELD = "_opened"  # the hidden input
SALT = "foundation.edit_conflicts"
LONGEST = 120  # characters of a value that are shown
OWN = ""  # stands for the row itself among the rows of its page

Facts = dict[str, Any]  # field -> value, as JSON knows it


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as its form showed it: when, and what stood in it and in the rows on its page."""

    at: dt.datetime
    rows: dict[str, Facts]


@dataclass(frozen=True, slots=True)
class Save:
    """Who saved the row since, and when; nobody known for what the program or a bulk action did."""

    user: Any
    at: dt.datetime


def lock(desk: Any, request: HttpRequest, row: Any) -> None:
    """Lock a row and the rows on its page that may be edited, by number. Needs a transaction."""
    row_id = list(type(row)._base_manager.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk"))
    for _name, formset, _inline in _formsets(desk, request, row) if row_id else ():
        rows = formset.model._base_manager.filter(**{formset.fk.name: row.pk})
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def look(desk: Any, request: HttpRequest, row: Any) -> Seen:
    """Return what a form shows of a row. One query for each kind of row on its page and each many-to-many."""
    fields = flatten_fieldsets(desk.get_fieldsets(request, row))
    shown = _facts(row, desk.get_form(request, row, change=True, fields=fields))
    rows = {OWN: {name: value for name, value in shown.items() if name not in desk.uncounted}}
    for name, formset, _inline in _formsets(desk, request, row):
        found = formset.model._base_manager.filter(**{formset.fk.name: row.pk}).order_by("pk")
        rows |= {f"{name} {each.pk}": _facts(each, formset.form) for each in found}
    return Seen(timezone.now(), rows)


def write(row: Model | type[Model], seen: Seen) -> str:
    """Return what a form, or the list of a model, carries: readable, but nobody can change it unnoticed."""
    facts = {"of": _name(row), "at": seen.at.timestamp(), "rows": seen.rows}
    return signing.dumps(facts, salt=SALT, compress=True)


def read(row: Model | type[Model], text: str) -> Seen | None:
    """Return what a form carried; None for nothing, for what we did not sign, and for another row's."""
    try:
        facts = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if facts["of"] != _name(row):
        return None
    return Seen(dt.datetime.fromtimestamp(facts["at"], dt.UTC), facts["rows"])


def carry(row: Model, facts: Facts) -> str:
    """Return what a form of its own carries of a row: the facts that whoever fills it in goes by."""
    return write(row, Seen(timezone.now(), {OWN: facts}))


def last_save(row: Model, since: dt.datetime) -> Save | None:
    """Return the latest save since then that the admin's log or the row's history know of. Two queries."""
    kind = ContentType.objects.get_for_model(row)
    logged = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk), action_time__gte=since)
    entry = logged.select_related("user").order_by("-action_time").first()
    if entry is not None:
        return Save(entry.user, entry.action_time)
    history = getattr(row, "history", None)
    line = history.filter(history_date__gte=since).order_by("-history_date").first() if history else None
    return Save(line.history_user, line.history_date) if line is not None else None


def would_change_nothing(desk: Any, request: HttpRequest, row: Any, before: Seen | None, after: Seen) -> bool:
    """Tell whether a form asks for what is stored already, such as one that was sent twice."""
    if before is not None and set(before.rows) != set(after.rows):
        return False
    fields = flatten_fieldsets(desk.get_fieldsets(request, row))
    form = desk.get_form(request, row, change=True, fields=fields)(request.POST, request.FILES, instance=row)
    formsets, _inlines = desk._create_formsets(request, row, change=True)
    return not form.has_changed() and not any(formset.has_changed() for formset in formsets)


def called(facts: Facts) -> str:
    """Return the first text of a row, to tell it from others."""
    return next((value[:LONGEST] for value in facts.values() if isinstance(value, str) and value), "–")


def _formsets(desk: Any, request: HttpRequest, row: Any) -> Iterator[tuple[str, Any, Any]]:
    """Give the kinds of rows on the row's page that this person may edit."""
    for formset, inline in desk.get_formsets_with_inlines(request, row):
        if inline.has_change_permission(request, row):
            yield str(formset.model._meta.model_name), formset, inline


def _facts(row: Any, form_class: Any) -> Facts:
    """Return what a form edits of a row."""
    edited = {name for name, field in form_class.base_fields.items() if not field.disabled}
    fields = chain(row._meta.concrete_fields, row._meta.many_to_many)
    return {field.name: _plain(field.value_from_object(row)) for field in fields if field.name in edited}


def _plain(value: Any) -> Any:
    if isinstance(value, list):  # a many-to-many
        return sorted(each.pk for each in value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _name(row: Model | type[Model]) -> str:
    return row._meta.label_lower if isinstance(row, type) else f"{row._meta.label_lower} {row.pk}"
