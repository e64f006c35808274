"""What somebody reads whose form was overtaken by a colleague's save: who, when, and what changed."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.edit_conflicts import LONGEST, OWN, Facts, Save, Seen, called, last_save, read
from foundation.three_way import Merge

AROUND = 30  # characters shown before what differs


def conflict(
    desk: Any, request: HttpRequest, row: Any, *, before: Seen, after: Seen, merge: Merge
) -> list[str]:
    """Return who saved the row since it was opened, what they changed, and what saving again would write."""
    saved = last_save(row, before.at)
    lines = _lines(_forms(desk, request, row), before.rows, after.rows)
    return [_headline(request, saved), *lines, *_outcome(merge)]


def overtaken(
    row: Model, text: str | None, facts: Facts, *, labels: Mapping[str, Any], user: Any,
    saved_since: Callable[[dt.datetime], Save | None] | None = None,
) -> list[str]:  # fmt: skip
    """Return who changed what of the facts that a form of its own carried, and nothing while they are so.

    A form that carried nothing went by nothing. The row must be locked. Up to two queries.
    """
    if text is None:
        return []
    seen = read(row, text)
    if seen is None:
        return unknown()
    before = seen.rows[OWN]
    other = [name for name, value in facts.items() if before.get(name) != value]
    if not other:
        return []
    saved = saved_since(seen.at) if saved_since else last_save(row, seen.at)
    lines = []
    for name in other:
        was, now = (strip_tags(str(value or "")) or "–" for value in (before.get(name), facts[name]))
        was, now = _excerpts(was, now)
        words = {"field": labels.get(name, name), "was": was, "now": now}
        lines.append(_("%(field)s: was “%(was)s”, is now “%(now)s”.") % words)
    return [f"{_who(user, saved)} {_('Nothing was saved. Look again, then send it.')}", *lines]


def before_deleting(desk: Any, request: HttpRequest, row: Any, before: Seen | None, after: Seen) -> list[str]:
    """Return who changed a row, and what, while somebody was asked whether to delete it."""
    if before is None:
        return [_("This question was too old, so nothing was deleted. Look again.")]
    first = _who(request.user, last_save(row, before.at))
    lines = _lines(_forms(desk, request, row), before.rows, after.rows)
    return [f"{first} {_('Nothing was deleted. Look again.')}", *lines]


def unknown() -> list[str]:
    """Return what is said to a form that does not tell what it showed."""
    return [
        _(
            "This page could not tell whether somebody else has changed something meanwhile, so nothing was "
            "saved. What you typed stands below. Please save again."
        )
    ]


def _headline(request: HttpRequest, saved: Save | None) -> str:
    then = _(
        "Nothing was saved. Below stands what you typed, and all that you left alone as it is stored now. "
        "Look at what changed, and save again."
    )
    return f"{_who(request.user, saved)} {then}"


def _who(user: Any, saved: Save | None) -> str:
    who = _("Somebody else") if saved is None or saved.user is None else saved.user.get_username()
    at = date_format(timezone.localtime(saved.at), "H:i") if saved else ""
    words = {"who": who, "at": at}
    if saved and saved.user == user:
        return _("You saved this yourself at %(at)s, in another window, while this form was open.") % words
    if saved:
        return _("%(who)s saved this at %(at)s, while you had the form open.") % words
    return _("%(who)s changed this while you had the form open.") % words


def _outcome(merge: Merge) -> Iterator[str]:
    """Give what saving again would write over the colleague's save."""
    if merge.both:
        fields = ", ".join(merge.both)
        yield _("You changed this too, and saving again puts yours in its place: %(fields)s.") % {
            "fields": fields
        }
    if merge.mine:
        text = _("Saving again writes only what you changed: %(fields)s. Everything else stays as it is now.")
        yield text % {"fields": ", ".join(merge.mine)}
    else:
        yield _("You had changed nothing yourself.")


def _forms(desk: Any, request: HttpRequest, row: Any) -> dict[str, Any]:
    """Return the form class of each kind of row on the page; OWN is that of the row itself."""
    fields = flatten_fieldsets(desk.get_fieldsets(request, row))
    found = {OWN: desk.get_form(request, row, change=True, fields=fields)}
    for formset, _inline in desk.get_formsets_with_inlines(request, row):
        found[str(formset.model._meta.model_name)] = formset.form
    return found


def _lines(forms_of: dict[str, Any], before: dict[str, Facts], after: dict[str, Facts]) -> Iterator[str]:
    for key in [*after, *(key for key in before if key not in after)]:
        form_class = forms_of.get(key.split(" ")[0])
        if form_class is None:
            continue
        old, new = before.get(key), after.get(key)
        title = f"{capfirst(form_class._meta.model._meta.verbose_name)} “{called(new or old or {})}”"
        if old is None:
            yield _("Added: %(row)s.") % {"row": title}
        elif new is None:
            yield _("Deleted: %(row)s. What you typed into it is not saved.") % {"row": title}
        else:
            yield from _changes(form_class, old, new, prefix="" if key == OWN else f"{title}, ")


def _changes(form_class: Any, old: Facts, new: Facts, *, prefix: str) -> Iterator[str]:
    for name, value in new.items():
        if value == old.get(name):
            continue
        field = form_class.base_fields[name]
        was, now = _excerpts(_shown(field, old.get(name)), _shown(field, value))
        label = field.label or form_class._meta.model._meta.get_field(name).verbose_name
        words = {"field": f"{prefix}{capfirst(str(label))}", "was": was, "now": now}
        yield _("%(field)s: was “%(was)s”, is now “%(now)s”.") % words


def _shown(field: Any, value: Any) -> str:
    """Return a stored value as its form shows it. One query for what is chosen from a table."""
    if value in (None, "", []):
        return _("empty")
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset.filter(pk__in=value if isinstance(value, list) else [value])  # type: ignore[union-attr]
        return ", ".join(map(str, chosen)) or _("something deleted")
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        return str(dict(_flat(field.choices)).get(value, value))
    if isinstance(field, forms.SplitDateTimeField | forms.DateTimeField):
        return date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "j M Y, H:i")
    return strip_tags(str(field.prepare_value(value)))


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _excerpts(was: str, now: str) -> tuple[str, str]:
    """Return two texts whole, or of long ones what stands from shortly before their first difference."""
    if max(len(was), len(now)) <= LONGEST:
        return was, now
    same = next((place for place, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), 0)
    start = max(0, same - AROUND)
    return _cut(was, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    end = start + LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
