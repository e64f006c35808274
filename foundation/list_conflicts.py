"""Notice that a colleague changed rows since their list was shown, before an action is taken on them.

A list of the admin carries, signed, when it was shown and what it showed of each row, long texts left out.
An action leaves out what is other by now, or what somebody else has saved since, and says so.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.contrib.admin import helpers
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import edit_conflicts
from foundation.edit_conflicts import Save, Seen

MOST_NAMED = 10  # rows in one answer


def look(desk: Any, ids: Iterable[Any]) -> Seen:
    """Return what a list shows of rows. One query."""
    names = [field.attname for field in desk.model._meta.concrete_fields if _is_counted(desk, field)]
    rows = desk.model._base_manager.filter(pk__in=list(ids)).values_list("pk", *names)
    return Seen(timezone.now(), {str(pk): {"is": _digest(values)} for pk, *values in rows})


def overtaken(desk: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> dict[Any, Save | None] | None:
    """Lock the chosen ones of `rows`; return those that changed since the list was shown, with their save.

    None when the list's signature is garbled; a request that carries none has seen no list. Needs a
    transaction. Four queries.
    """
    text = request.POST.get(edit_conflicts.FIELD)
    if text is None:
        return {}
    seen = edit_conflicts.read(desk.model, text)
    if seen is None:
        return None
    ids = _chosen(request, rows, seen)
    found = desk.model._base_manager.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    there = list(found.values_list("pk", flat=True))
    now = look(desk, there)
    others = _saved_by_others(desk.model, there, request, seen)
    changed = [
        pk for pk in there if pk in others or now.rows[str(pk)] != seen.rows.get(str(pk), now.rows[str(pk)])
    ]
    return {pk: others.get(pk) for pk in changed}


def sentences(desk: Any, request: HttpRequest, changed: dict[Any, Save | None]) -> list[str]:
    """Return a sentence for each row that an action leaves out. Up to two queries for each."""
    seen = edit_conflicts.read(desk.model, request.POST.get(edit_conflicts.FIELD, ""))
    if not changed or seen is None:
        return []
    said = []
    for row in desk.model._base_manager.filter(pk__in=list(changed)[:MOST_NAMED]):
        saved = changed[row.pk] or edit_conflicts.last_save(row, seen.at)
        said.append(_sentence(request, row, saved))
    if len(changed) > MOST_NAMED:
        more = len(changed) - MOST_NAMED
        text = ngettext("%(count)d more was left out.", "%(count)d more were left out.", more)
        said.append(text % {"count": more})
    return said


def _sentence(request: HttpRequest, row: Any, saved: Save | None) -> str:
    words = {"row": row, "who": _("Somebody else"), "at": ""}
    if saved is None:
        text = _("“%(row)s” was left out: it was changed after this list was shown.")
        return f"{text % words} {_('Look at it, then choose again.')}"
    words["at"] = date_format(timezone.localtime(saved.at), "H:i")
    if saved.user == request.user:
        text = _("“%(row)s” was left out: you changed it yourself at %(at)s, after this list was shown.")
        return f"{text % words} {_('Look at it, then choose again.')}"
    words["who"] = saved.user.get_username() if saved.user else words["who"]
    text = _("“%(row)s” was left out: %(who)s saved it at %(at)s, after this list was shown.")
    return f"{text % words} {_('Look at it, then choose again.')}"


def _chosen(request: HttpRequest, rows: models.QuerySet[Any], seen: Seen) -> list[Any]:
    if request.POST.get("select_across") == "1":
        return list(rows.order_by().values_list("pk", flat=True))
    chosen = set(request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))
    return [pk for pk in chosen if pk in seen.rows or (pk.isascii() and pk.isdigit() and len(pk) < 19)]


def _saved_by_others(model: Any, ids: list[Any], request: HttpRequest, seen: Seen) -> dict[Any, Save]:
    """Return the latest save of each row by somebody else since then. Two queries."""
    kind = ContentType.objects.get_for_model(model)
    names = {str(pk): pk for pk in ids}
    logged = LogEntry.objects.filter(content_type=kind, object_id__in=list(names), action_time__gt=seen.at)
    logged = logged.exclude(user_id=request.user.pk or 0).select_related("user").order_by("action_time")
    found = {names[str(entry.object_id)]: Save(entry.user, entry.action_time) for entry in logged}
    if hasattr(model, "history"):
        lines = model.history.filter(id__in=ids, history_date__gt=seen.at, history_user__isnull=False)
        for line in lines.exclude(history_user_id=request.user.pk).select_related("history_user"):
            found.setdefault(line.id, Save(line.history_user, line.history_date))
    return found


def _is_counted(desk: Any, field: Any) -> bool:
    return field.editable and field.name not in desk.uncounted and not isinstance(field, models.TextField)


def _digest(values: list[Any]) -> str:
    return hashlib.blake2s(repr(values).encode(), digest_size=8).hexdigest()
