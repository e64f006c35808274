"""What every admin of the shop stands on.

    class MakerAdmin(StaffAdmin): ...    # instead of admin.ModelAdmin

`tests/guards/test_admins.py` walks the registry and sees that none stands elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from foundation import (
    dependents,
    edit_conflict_words,
    edit_conflicts,
    kept_posts,
    list_conflicts,
    questions,
    three_way,
)
from foundation.typed_text import require_visible

STATE = "_form_state"  # of a request


@dataclass(slots=True)
class FormState:
    """What is known of the form in a request: why it must not be saved, and what it carries on."""

    refusals: list[Any] = field(default_factory=list)
    opened: str = ""
    understood: str = ""
    formsets: list[Any] | None = None


class StaffAdmin(admin.ModelAdmin[Any]):
    """An admin whose forms lose nothing that was typed and undo nothing that a colleague saved."""

    uncounted: tuple[str, ...] = ()  # fields that change without anybody's saving
    shows_typed = True  # whether its form comes back with what was typed before a session ended
    watches_list = True  # whether actions leave out what changed since the list was shown

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show or save a form; what the database refuses becomes an error above what was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return self.answer_collision(request, object_id, form_url, extra_context)
        except questions.Unasked as asked:
            state = _state(request)
            state.refusals = questions.refusals(asked.sentences)
            state.understood = questions.mark(asked.sentences)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def answer_collision(
        self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Show the form again, with everything typed, after the database has refused to save it."""
        text = _("Somebody saved the same name or value at this very moment. Please save again.")
        refuse(request, text)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _changeform_view(
        self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Compare what the form showed with what is stored, before anything is read or saved."""
        if object_id is not None and "_saveasnew" not in request.POST:
            row = self.get_object(request, unquote(object_id))
            if row is None and kept_posts.is_offered(request):
                return _gone(self, request)
            if row is not None and self.has_change_permission(request, row):
                self._compare(request, row)
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def _compare(self, request: HttpRequest, row: Any) -> None:
        state = _state(request)
        if request.method != "POST":
            state.opened = edit_conflicts.write(row, edit_conflicts.look(self, request, row))
            return
        if state.refusals:
            state.opened = request.POST.get(edit_conflicts.FIELD, "")
            return
        edit_conflicts.lock(self, request, row)
        row = self.get_object(request, str(row.pk)) or row
        state.opened = request.POST.get(edit_conflicts.FIELD, "")
        before, after = edit_conflicts.read(row, state.opened), edit_conflicts.look(self, request, row)
        is_same = before is not None and before.rows == after.rows
        if is_same or edit_conflicts.would_change_nothing(self, request, row, before, after):
            return
        state.opened = edit_conflicts.write(row, after)
        if before is None:
            state.refusals = edit_conflict_words.unknown()
        else:
            merge = three_way.take_over(self, request, row, before=before, after=after)
            state.refusals = edit_conflict_words.conflict(
                self, request, row, before=before, after=after, merge=merge
            )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Let the list carry what it shows."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if self.watches_list and shown.get("cl") is not None and shown.get("action_form") is not None:
            seen = list_conflicts.look(self, [row.pk for row in shown["cl"].result_list])
            shown["opened"] = edit_conflicts.write(self.model, seen)
        return response

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> HttpResponse | None:
        """Take an action on the rows that are still what the list showed, and name the others."""
        if not self.watches_list:
            return super().response_action(request, queryset, *args)
        with transaction.atomic():
            changed = list_conflicts.overtaken(self, request, queryset)
            if changed is None:
                messages.warning(request, _("This list was too old, so nothing was done. Choose again."))
                return None
            for text in list_conflicts.sentences(self, request, changed):
                messages.warning(request, text)
            rest = queryset.exclude(pk__in=list(changed)) if changed else queryset
            if changed and not self._has_chosen(request, rest):
                return None
            response = super().response_action(request, rest, *args)
            if isinstance(response, TemplateResponse) and response.context_data is not None:
                response.context_data["opened"] = request.POST.get(edit_conflicts.FIELD, "")
            return response

    def _has_chosen(self, request: HttpRequest, rows: Any) -> bool:
        ids = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        is_across = request.POST.get("select_across") == "1"
        return bool((rows if is_across else rows.filter(pk__in=ids)).exists())

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> tuple[list[Any], list[Any]]:
        """Keep the rows of the form at hand for the question before it is saved."""
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        _state(request).formsets = formsets
        return formsets, inlines

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Return the row of a sound form, not saved yet; ask first when saving would take something away."""
        row = super().save_form(request, form, change)
        formsets = _state(request).formsets
        if change and formsets is not None and all_valid(formsets):
            questions.require_answer(request, list(self.losses_by_saving(form, formsets)))
        return row

    def losses_by_saving(self, form: Any, formsets: Sequence[Any]) -> Iterator[str]:
        """Return sentences, one for each thing that stops when this is saved: rows that go."""
        for formset in formsets:
            rows = [row.instance for row in getattr(formset, "deleted_forms", []) if row.instance.pk]
            yield from (*dependents.named(rows), *dependents.losing(rows))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Return the form's class, one that refuses to save where this request must not."""
        form_class = super().get_form(request, obj, change=change, **kwargs)
        require_visible(form_class.base_fields.values())
        refusals = _state(request).refusals
        return _refusing(form_class, refusals) if refusals else form_class

    def get_inline_formsets(
        self, request: HttpRequest, formsets: Any, inline_instances: Any, obj: Any = None, **kwargs: Any
    ) -> Any:
        """Show the rows that were sent, also where a colleague has added or deleted some meanwhile."""
        for formset in formsets:
            if formset.is_bound:
                formset.get_queryset = [form.instance for form in formset.initial_forms].copy
        return super().get_inline_formsets(request, formsets, inline_instances, obj, **kwargs)

    def losses(self, rows: Sequence[Any]) -> Iterable[str]:
        """Return sentences, one for each thing that stops when these rows are gone; none of itself."""
        return []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask, then delete what the question had shown; ask again when a colleague has changed it."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_change_permission(request, row):
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic():
            if request.method == "POST" and (text := request.POST.get(edit_conflicts.FIELD)) is not None:
                edit_conflicts.lock(self, request, row)
                row.refresh_from_db()
                before, after = edit_conflicts.read(row, text), edit_conflicts.look(self, request, row)
                if before is None or before.rows != after.rows:
                    for line in edit_conflict_words.before_deleting(self, request, row, before, after):
                        messages.warning(request, line)
                    return HttpResponseRedirect(request.get_full_path())
            opened = edit_conflicts.write(row, edit_conflicts.look(self, request, row))
            return super().delete_view(request, object_id, {"opened": opened} | (extra_context or {}))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Warn while the question is asked, for one row as for many chosen in the list."""
        rows = list(objs)
        if not request.POST.get("post"):  # not answered yet
            for text in (*self.losses(rows), *dependents.named(rows), *dependents.losing(rows)):
                messages.warning(request, text)
        return super().get_deleted_objects(objs, request)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the form carry what it shows."""
        state = _state(request)
        context["opened"], context["understood"] = state.opened, state.understood
        return super().render_change_form(request, context, *args, **kwargs)


def refuse(request: HttpRequest, text: Any) -> None:
    """Have the form that is in a request shown as it was typed, with this text above it, and not saved."""
    _state(request).refusals = [text]


def _state(request: HttpRequest) -> FormState:
    if not hasattr(request, STATE):
        setattr(request, STATE, FormState())
    state: FormState = getattr(request, STATE)
    return state


def _refusing(form_class: type[ModelForm[Any]], refusals: list[Any]) -> type[ModelForm[Any]]:
    class Refusing(form_class):  # type: ignore[misc, valid-type]
        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                self.add_error(None, refusals)

    return Refusing


def _gone(desk: StaffAdmin, request: HttpRequest) -> HttpResponse:
    """Give back what was typed into the form of a row that is there no more."""
    text = _("Somebody deleted the %(name)s while you had its form open, so nothing was saved.")
    words = {"name": desk.opts.verbose_name}
    return kept_posts.page(request, status=404, title=_("This was deleted meanwhile"), text=text % words)
