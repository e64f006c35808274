"""What depends on a row that is about to be deleted or taken out of the shop, in sentences for the staff.

    dependents.register(Collection, codes_of)   # codes_of(rows) gives sentences; in config/wiring.py

What Django's own page of deletion names, rows that go along and rows that stand in the way, is left to it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import SET_NULL, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.setup_checks import some

Ask = Callable[[Sequence[Any]], Iterable[str]]
_asked: dict[type[Model], list[Ask]] = {}


def register(model: type[Model], ask: Ask) -> None:
    """Have `ask(rows)` tell what these rows' end means elsewhere."""
    asks = _asked.setdefault(model, [])
    if ask not in asks:
        asks.append(ask)


def named(rows: Sequence[Any]) -> Iterator[str]:
    """Give what the domains registered for these rows, which are of one model."""
    for ask in _asked.get(type(rows[0]), []) if rows else ():
        yield from ask(rows)


def losing(rows: Sequence[Any]) -> Iterator[str]:
    """Name the rows elsewhere that only lose their link to these. One query a relation."""
    for model, field in _links(type(rows[0])) if rows else ():
        found = model._default_manager.filter(**{f"{field}__in": rows}).distinct()
        if found:
            words = {
                "kind": capfirst(str(model._meta.verbose_name_plural)),
                "names": some(list(map(str, found))),
            }
            yield _("%(kind)s that lose it: %(names)s.") % words


def _links(target: type[Model]) -> Iterator[tuple[Any, str]]:
    """Give the models and fields that point at a model and would be emptied, not stand in the way."""
    for relation in target._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        is_emptied = relation.many_to_many or getattr(relation, "on_delete", None) is SET_NULL
        field = getattr(relation, "field", None)
        if is_emptied and field is not None and not hasattr(relation.related_model, "instance_type"):
            yield relation.related_model, field.name
