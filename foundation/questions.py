"""Ask before a save or an action takes something from other rows or from customers.

    class ZoneAdmin(StaffAdmin):
        def losses_by_saving(self, form, formsets): ...          # sentences, none: nothing is asked
        def archive(self, request, queryset):
            if answer := questions.before_action(self, request, queryset, question): return answer

A question carries a mark of its sentences and the answer brings it back, so whoever saves has read these
very sentences. Plain forms do it all.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

FIELD = "_understood"  # the hidden input


class Unasked(Exception):
    """A save means something that nobody has read yet."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Take what it means, in sentences."""
        super().__init__(*sentences)
        self.sentences = sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before an action; `name` is the action's own."""

    name: str
    title: str
    yes: str
    sentences: Sequence[str]


def mark(sentences: Iterable[str]) -> str:
    """Return what the answer to a question carries."""
    return hashlib.sha256("\n".join(map(str, sentences)).encode()).hexdigest()[:32]


def is_answered(request: HttpRequest, sentences: Sequence[str]) -> bool:
    """Tell whether somebody has read these sentences and goes on; nothing to read is answered."""
    return not sentences or request.POST.get(FIELD) == mark(sentences)


def require_answer(request: HttpRequest, sentences: Sequence[str]) -> None:
    """Go on when the sentences were read. Raises Unasked."""
    if not is_answered(request, sentences):
        raise Unasked(sentences)


def refusals(sentences: Sequence[str]) -> list[str]:
    """Return what stands above a form that waits for an answer."""
    return [_("Nothing is saved yet. Read what this means, then save again to go on:"), *sentences]


def before_action(
    desk: Any, request: HttpRequest, rows: Iterable[Any], question: Question
) -> HttpResponse | None:
    """Return the page that asks before an action on rows of a list; None when there is nothing to ask."""
    if is_answered(request, question.sentences):
        return None
    context = {
        **desk.admin_site.each_context(request),
        "title": question.title,
        "question": question,
        "rows": list(rows),
        "opts": desk.opts,
        "checkbox": ACTION_CHECKBOX_NAME,
        "field": FIELD,
        "mark": mark(question.sentences),
    }
    return TemplateResponse(request, "admin/question.html", context)
