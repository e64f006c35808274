"""Move rows out of each other's way, so that values can change places under a unique constraint.

A row whose value another one is about to take is given a value that nobody uses, for the rest of the
transaction: it is saved or deleted in the same breath. No history is written and nothing is renewed.
"""

import copy
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, CheckConstraint, ForeignKey, IntegerField, QuerySet

from foundation import checks
from foundation.uniqueness import Key, Rule, fields_in

SIGNS = "~!#%&*+-/:;=?@^_|"
SMALL, LARGE = 32_767, 2_147_483_647  # what whole numbers hold on every database
MOST_TRIES = 50


def make_room(rule: Rule, stored: Iterable[Any], *, wanted: dict[Key, Any], parent: str) -> None:
    """Park each stored row whose key is wanted by another one. Needs a transaction.

    `wanted` gives the primary key of the row that will have a key, None for a new one. Two queries,
    however many rows, as long as the first value that is tried for a row is free.
    """
    keys = ((row, rule.key(row, parent=parent)) for row in stored)
    rows = [row for row, key in keys if key in wanted and wanted[key] != row.pk]
    fields: list[Any] = [rule.model._meta.get_field(name) for name in rule.fields if name != parent]
    for field in sorted(fields, key=_preference):
        rows = _park(field, rows)


def _park(field: Any, rows: list[Any]) -> list[Any]:
    """Park rows by a field; return those for which it has no value."""
    firsts = {row.pk: next(_values(field, row.pk), None) for row in rows}
    used = set(_having(field, firsts.values()).values_list(field.attname, flat=True)) if rows else set()
    given: set[Any] = set()
    parked, left = [], []
    for row in rows:
        for value in _values(field, row.pk):
            is_free = value not in used if value == firsts[row.pk] else not _having(field, [value]).exists()
            if value not in given and is_free and _is_legal(row, field, value):
                given.add(value)
                probe = copy.copy(row)
                setattr(probe, field.attname, value)
                parked.append(probe)
                break
        else:
            left.append(row)
    if parked:
        field.model._base_manager.bulk_update(parked, [field.name], batch_size=100)
    return left


def _having(field: Any, values: Iterable[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = field.model._base_manager.filter(**{f"{field.attname}__in": list(values)})
    return rows


def _preference(field: Any) -> tuple[bool, bool]:
    """Put text first and foreign keys last; a field that checks speak of behind the others."""
    return isinstance(field, ForeignKey), bool(_checks(field)) or not isinstance(field, CharField)


def _values(field: Any, pk: int) -> Iterator[Any]:
    """Give values that no living row has, in the order of trying."""
    if isinstance(field, ForeignKey):
        yield -pk  # leads nowhere, and foreign keys are looked at when the transaction ends
    elif isinstance(field, IntegerField):
        highest = SMALL if "Small" in field.get_internal_type() else LARGE
        yield from (highest - pk % 10_000 - place for place in range(MOST_TRIES))
    elif isinstance(field, CharField) and (field.max_length or LARGE) > len(str(pk)):
        yield f"~{pk}"
    elif isinstance(field, CharField):
        yield from map("".join, product(SIGNS, repeat=field.max_length or 1))


def _is_legal(row: Any, field: Any, value: Any) -> bool:
    probe = copy.copy(row)
    setattr(probe, field.attname, value)
    try:
        for check in _checks(field):
            if checks.breaks(probe, check) is not False:
                check.validate(field.model, probe)
    except ValidationError:
        return False
    return True


def _checks(field: Any) -> list[CheckConstraint]:
    """Return the model's check constraints that speak of a field."""
    found = [each for each in field.model._meta.constraints if isinstance(each, CheckConstraint)]
    return [check for check in found if field.name in fields_in(field.model, check.condition)]
