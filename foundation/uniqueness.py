"""What must be unique among rows, read from a model: fields, groups of fields, constraints of any kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Model, QuerySet, UniqueConstraint
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE

Key = tuple[Any, ...]
UNSAVED = "unsaved"  # stands for a parent that has no number yet


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of uniqueness: over `fields`, or over the expressions of a constraint that names them."""

    model: type[Model]
    fields: tuple[str, ...]
    constraint: UniqueConstraint | None = None

    def key(self, row: Any, *, parent: str = "") -> Key | None:
        """Return what no other row may share; None when the rule does not concern this row.

        `parent` names the foreign key that a row of an unsaved parent has not got yet. A query where
        the rule has a condition or expressions, else none.
        """
        if not self._concerns(row):
            return None
        if self._expressions:
            return self._evaluated(row)
        values = tuple(self._value(row, name, parent) for name in self.fields)
        is_compared = getattr(self.constraint, "nulls_distinct", None) is False
        return None if None in values and not is_compared else values

    def taken(self, rows: QuerySet[Any], keys: Iterable[Key]) -> set[Key]:
        """Return those of these keys that some of the rows have. One query; one a key for expressions."""
        wanted = set(keys)
        if self.constraint is not None and self.constraint.condition is not None:
            rows = rows.filter(self.constraint.condition)
        if not wanted:
            return set()
        if self._expressions:
            named = {f"key{place}": expression for place, expression in enumerate(self._expressions)}
            keyed = rows.annotate(**named)
            return {key for key in wanted if keyed.filter(**dict(zip(named, key, strict=True))).exists()}
        columns = zip(self.fields, zip(*wanted, strict=True), strict=True)
        near = rows.filter(**{f"{name}__in": set(values) - {None, UNSAVED} for name, values in columns})
        return wanted & set(near.values_list(*map(self._attribute, self.fields)))

    def message(self, row: Any) -> Any:
        """Return what somebody reads who breaks it."""
        found = self.constraint
        if found is None or found.violation_error_message == found.default_violation_error_message:
            return row.unique_error_message(self.model, self.fields)
        return found.get_violation_error_message()

    @property
    def _expressions(self) -> list[Any]:
        found = getattr(self.constraint, "expressions", ())
        return [
            each.get_expression_for_validation() if hasattr(each, "get_expression_for_validation") else each
            for each in found
        ]

    def _concerns(self, row: Any) -> bool:
        condition = getattr(self.constraint, "condition", None)
        return condition is None or bool(condition.check(row._get_field_expression_map(meta=row._meta)))

    def _value(self, row: Any, name: str, parent: str) -> Any:
        value = getattr(row, self._attribute(name))
        return UNSAVED if value is None and name == parent else value

    def _attribute(self, name: str) -> str:
        field: Any = self.model._meta.get_field(name)
        return str(field.attname)

    def _evaluated(self, row: Any) -> Key | None:
        """Let the database work the expressions out for this row: it alone knows its LOWER()."""
        values = {F(name): value for name, value in row._get_field_expression_map(meta=row._meta).items()}
        query = Query(None)
        for place, expression in enumerate(self._expressions):
            query.add_annotation(expression.replace_expressions(values), f"key{place}")
        found = query.get_compiler(using=DEFAULT_DB_ALIAS).execute_sql(SINGLE)
        return None if None in found else tuple(found)


def rules(model: type[Model]) -> list[Rule]:
    """Return every rule of uniqueness of a model, but that of its primary key."""
    return list(_rules(model))


def _rules(model: type[Model]) -> Iterator[Rule]:
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield Rule(model, (field.name,))
    for names in model._meta.unique_together:
        yield Rule(model, tuple(names))
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = tuple(constraint.fields) or fields_in(model, *constraint.expressions)
            yield Rule(model, names, constraint)


def fields_in(model: type[Model], *expressions: Any) -> tuple[str, ...]:
    """Return the names of the model's own fields that expressions or conditions speak of."""
    found = [path[0] for each in expressions for path in model._get_expr_references(each)]  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(found))
