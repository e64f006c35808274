"""Rows that are edited on the page of what they belong to, all in one form.

    class RateInline(inlines.StackedInline): ...    # instead of admin.StackedInline
    class RateFormSet(inlines.RowFormSet): ...      # where the rows have rules of their own

What must be unique is looked at in the state that the form will leave: a row that goes or changes frees
its value, so two rows may change places. Untouched rows are not looked at, and cost no query.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from foundation import checks, parking
from foundation.typed_text import require_visible
from foundation.uniqueness import Key, Rule, fields_in, rules

Row = forms.ModelForm[Any]
EMPTY_ROWS, MOST_EMPTY_ROWS = "empty_rows", 20  # in the address of a form


class RowKeyField(forms.Field):
    """The hidden number of a row; the formset has read the row already."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return False: a row stays itself."""
        return False


class RowFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The rows of one parent."""

    def _construct_form(self, i: int, **kwargs: Any) -> Row:
        form: Row = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if i < self.initial_form_count():
            form.empty_permitted = not self.is_going(form)  # a row that nobody touched is not looked at
        form.validate_unique = _leave_it_to_the_formset  # type: ignore[method-assign]
        form.instance.validate_constraints = partial(_check, form)
        return form

    def add_fields(self, form: Row, index: int | None) -> None:
        """Add the row's number without asking the database for the row again."""
        super().add_fields(form, index)
        name = self.rows._meta.pk.name
        if isinstance(form.fields.get(name), forms.ModelChoiceField):
            form.fields[name] = RowKeyField(initial=form.instance.pk, required=False)
        is_gone = form.instance.pk is None and index is not None and index < self.initial_form_count()
        if is_gone and self.is_bound:  # by somebody else; see foundation.edit_conflicts
            form.has_changed = _no  # type: ignore[method-assign]

    def validate_unique(self) -> None:
        """Put each duplicate next to a field of the row that brought it. A query or two a rule."""
        sound = [form for form in self.forms if form.is_valid()]  # which also asks what a deletion breaks
        staying = [form for form in self.staying() if form in sound]
        for rule in rules(self.rows):
            self._refuse_duplicates(rule, staying)

    def save(self, commit: bool = True) -> list[Any]:
        """Save the rows; those in each other's way are parked first. Needs a transaction."""
        if commit and (leaving := [form for form in self.initial_forms if self._leaves(form)]):
            self._make_room(self.rows._base_manager.in_bulk([form.instance.pk for form in leaving]))
        return super().save(commit)

    def staying(self) -> Iterator[Row]:
        """Give the forms whose rows will be there: those that stay as they are, and new ones."""
        for form in self.forms:
            is_empty = form.instance.pk is None and not form.has_changed()
            if not is_empty and not self.is_going(form):
                yield form

    def is_going(self, form: Row) -> bool:
        """Tell whether a row is to be deleted; needs no validation."""
        return self.can_delete and DELETION_FIELD_NAME in form.fields and bool(form[DELETION_FIELD_NAME].data)

    @property
    def rows(self) -> Any:
        """The model of the rows."""
        return self.model

    def _leaves(self, form: Row) -> bool:
        return form.instance.pk is not None and (form.has_changed() or self.is_going(form))

    def _refuse_duplicates(self, rule: Rule, staying: list[Row]) -> None:
        seen: dict[Key, Row] = {}
        for form in sorted(staying, key=partial(_moves, rule)):
            key = rule.key(form.instance, parent=self.fk.name)
            if key in seen:
                self._refuse(rule, form)
            elif key is not None:
                seen[key] = form
        moving = {key: form for key, form in seen.items() if _moves(rule, form)}
        for key in rule.taken(self._others(), moving):
            self._refuse(rule, moving[key])

    def duplicate_message(self, rule: Rule, row: Any) -> Any:
        """Return what is said at a row that breaks a rule."""
        return rule.message(row)

    def _refuse(self, rule: Rule, form: Row) -> None:
        shown = [name for name in rule.fields if name in form.fields and not form[name].is_hidden]
        changed = [name for name in shown if name in form.changed_data]
        name = next(iter([*changed, *shown]), None)
        text = self.duplicate_message(rule, form.instance)
        form.add_error(name, ValidationError(text, code="unique"))

    def _others(self) -> QuerySet[Any]:
        """Return the rows that this form does not show."""
        own = [form.instance.pk for form in self.initial_forms if form.instance.pk]
        return self.rows._base_manager.exclude(pk__in=own)

    def _make_room(self, stored: dict[Any, Any]) -> None:
        changing = [form.instance for form in self.staying() if form.has_changed()]
        for rule in rules(self.rows):
            keys = ((rule.key(row, parent=self.fk.name), row.pk) for row in changing)
            wanted = {key: pk for key, pk in keys if key is not None}
            parking.make_room(rule, stored.values(), wanted=wanted, parent=self.fk.name)


class SeenText:
    """Text of rows that can be seen: what shows nothing is refused at its field."""

    def get_formset(self, *args: Any, **kwargs: Any) -> Any:
        """Return the formset's class."""
        formset = super().get_formset(*args, **kwargs)  # type: ignore[misc]
        require_visible(formset.form.base_fields.values())
        return formset


class EmptyRows:
    """Empty rows on demand: without JavaScript nothing else adds a row."""

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Return how many empty rows are shown: those of the inline, or as many as the address asks for."""
        wanted = request.GET.get(EMPTY_ROWS, "")
        asked_for = int(wanted) if wanted.isdecimal() and len(wanted) < 3 else 0
        extra: int = super().get_extra(request, obj, **kwargs)  # type: ignore[misc]
        return max(extra, min(asked_for, MOST_EMPTY_ROWS))


class TabularInline(EmptyRows, SeenText, admin.TabularInline[Any, Any]):
    """Rows beside each other in a table."""

    formset = RowFormSet
    view_on_site = False  # the page of what they belong to has the link


class StackedInline(EmptyRows, SeenText, admin.StackedInline[Any, Any]):
    """Rows below each other."""

    formset = RowFormSet
    view_on_site = False


def _moves(rule: Rule, form: Row) -> bool:
    return form.instance.pk is None or not set(rule.fields).isdisjoint(form.changed_data)


def _leave_it_to_the_formset() -> None:
    """Look at nothing: the formset sees all rows."""


def _no() -> bool:
    return False


def _check(form: Row, exclude: Any = None) -> None:
    """Hold a row to the checks that speak of what changed. Raises ValidationError."""
    row = form.instance
    errors: dict[str, list[ValidationError]] = {}
    for model, constraints in row.get_constraints():
        for check in constraints:
            if not isinstance(check, CheckConstraint):
                continue
            if row.pk and set(fields_in(model, check.condition)).isdisjoint(form.changed_data):
                continue
            if checks.breaks(row, check) is False:
                continue
            try:  # the database has the last word
                check.validate(model, row, exclude=exclude)
            except ValidationError as error:
                errors.setdefault(NON_FIELD_ERRORS, []).extend(error.error_list)
    if errors:
        raise ValidationError(errors)
