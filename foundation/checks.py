"""Check constraints looked at in Python, as databases look at them: what is unknown breaks no rule.

    breaks(row, constraint)     # True, False, or None where only a database can tell

Django asks the database about each constraint of each row, three statements a question; a form of two
hundred rows asks a lot.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CheckConstraint, F, Model, Q

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda mine, other: bool(mine == other),
    "gt": lambda mine, other: bool(mine > other),
    "gte": lambda mine, other: bool(mine >= other),
    "lt": lambda mine, other: bool(mine < other),
    "lte": lambda mine, other: bool(mine <= other),
}


class Unknowable(Exception):
    """The condition holds something that is not looked at here."""


def breaks(row: Model, constraint: CheckConstraint) -> bool | None:
    """Tell whether a row breaks a constraint; None where the database has to be asked. No query."""
    try:
        return _holds(constraint.condition, row) is False
    except Unknowable:
        return None


def _holds(condition: Any, row: Model) -> bool | None:
    """Return whether a condition holds; None when it cannot be said, such as of nothing."""
    if not isinstance(condition, Q):
        raise Unknowable
    parts = [
        _compare(child[0], child[1], row) if isinstance(child, tuple) else _holds(child, row)
        for child in condition.children
    ]
    decisive = condition.connector == Q.OR
    if condition.connector not in {Q.AND, Q.OR}:
        raise Unknowable
    found: bool | None = not decisive
    if decisive in parts:
        found = decisive
    elif None in parts:
        found = None
    return found if not condition.negated or found is None else not found


def _compare(path: str, other: Any, row: Model) -> bool | None:
    name, _, lookup = path.partition("__")
    mine = _value(row, name)
    if lookup == "isnull":
        return (mine is None) is bool(other)
    if lookup == "range":
        low, high = (_side(row, each) for each in other)
        return None if None in (mine, low, high) else bool(low <= mine <= high)
    if lookup == "in":
        return None if mine is None else mine in [_side(row, each) for each in other]
    against = _side(row, other)
    try:
        compare = _COMPARISONS[lookup or "exact"]
        return None if mine is None or against is None else compare(mine, against)
    except (KeyError, TypeError):
        raise Unknowable from None


def _side(row: Model, other: Any) -> Any:
    if isinstance(other, F):
        return _value(row, str(vars(other)["name"]))
    if hasattr(other, "resolve_expression"):
        raise Unknowable
    return other


def _value(row: Model, name: str) -> Any:
    """Return a plain value of a row. Raises Unknowable for what its columns do not hold."""
    try:
        field: Any = row._meta.get_field(name)
    except FieldDoesNotExist:
        raise Unknowable from None
    value = getattr(row, field.attname) if getattr(field, "concrete", False) else field
    if value is not None and not isinstance(value, str | int | bool) and not hasattr(value, "tzinfo"):
        raise Unknowable
    return value
