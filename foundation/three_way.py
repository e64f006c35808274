"""A form that a colleague overtook: what this person changed stays, all else becomes what is stored by now.

So saving again writes over a colleague's save only what somebody has changed on purpose. The row must be
locked; `foundation.staff_admin` asks here once for each refusal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst

from foundation.edit_conflicts import OWN, Facts, Seen, called

_FROM_TEXT = (models.DateField, models.TimeField, models.DecimalField, models.DurationField)


@dataclass(slots=True)
class Merge:
    """The labels of what this person changed, and of what a colleague changed as well."""

    mine: list[str] = field(default_factory=list)
    both: list[str] = field(default_factory=list)


def take_over(desk: Any, request: HttpRequest, row: Any, *, before: Seen, after: Seen) -> Merge:
    """Put what is stored by now into the sent form, wherever this person has left what it showed."""
    merge, sent = Merge(), request.POST.copy()
    for key, form in _forms(desk, request, row):
        old, new = before.rows.get(key), after.rows.get(key)
        kind = capfirst(str(form._meta.model._meta.verbose_name))
        if old is None or new is None:
            if form.instance.pk is None and form.has_changed():
                merge.mine.append(kind)  # a row that this person added
            continue
        title = "" if key == OWN else f"{kind} “{called(new)}”, "
        form.initial |= {name: _typed(form, name, value) for name, value in old.items()}
        _merge_row(merge, sent, form, title, old, new)
    request.POST = sent  # type: ignore[assignment]
    return merge


def _forms(desk: Any, request: HttpRequest, row: Any) -> Iterator[tuple[str, Any]]:
    """Give the sent forms of a page, each after the key of its row among the facts."""
    fields = flatten_fieldsets(desk.get_fieldsets(request, row))
    form_class = desk.get_form(request, row, change=True, fields=fields)
    yield OWN, form_class(request.POST, request.FILES, instance=row)
    formsets, _inlines = desk._create_formsets(request, row, change=True)
    for formset in formsets:
        for form in formset.forms:
            yield f"{formset.model._meta.model_name} {form.instance.pk}", form


def _merge_row(merge: Merge, sent: QueryDict, form: Any, title: str, old: Facts, new: Facts) -> None:
    changed = set(form.changed_data)
    theirs = {name for name in new if new[name] != old.get(name)}
    is_going = DELETION_FIELD_NAME in changed
    for name in form.fields:
        label = f"{title}{capfirst(str(form[name].label))}"
        if name in changed:
            merge.mine.append(label)
            if name in theirs or (theirs and is_going and name == DELETION_FIELD_NAME):
                merge.both.append(label)
        elif name in theirs:
            _put(sent, form, name, _typed(form, name, new[name]))


def _typed(form: Any, name: str, value: Any) -> Any:
    """Return a fact as the form's own initial value would be."""
    column = form._meta.model._meta.get_field(name)
    return column.to_python(value) if isinstance(value, str) and isinstance(column, _FROM_TEXT) else value


def _put(sent: QueryDict, form: Any, name: str, value: Any) -> None:
    """Write a value into the sent fields as a browser would send it."""
    shown = form.fields[name].prepare_value(value)
    for part, values in _controls(form.fields[name].widget, form.add_prefix(name), shown):
        sent.setlist(part, values)
    if form.fields[name].show_hidden_initial:
        for part, values in _controls(
            form.fields[name].hidden_widget(), form.add_initial_prefix(name), shown
        ):
            sent.setlist(part, values)


def _controls(widget: Any, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """Give the name and the values of each control of a widget that shows a value."""
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget = widget.widget
    if isinstance(widget, forms.MultiWidget):
        names: list[str] = widget.widgets_names  # type: ignore[attr-defined]
        parts = zip(names, widget.widgets, widget.decompress(value) or [], strict=True)
        for ending, inner, part in parts:
            yield from _controls(inner, f"{name}{ending}", part)
    elif isinstance(widget, forms.CheckboxInput):
        yield name, ["on"] if widget.check_test(value) else []
    elif not isinstance(widget, forms.FileInput):  # the stored file is what stays when none is sent
        shown = widget.format_value(value)
        yield name, list(shown) if isinstance(shown, list | tuple) else ["" if shown is None else str(shown)]
