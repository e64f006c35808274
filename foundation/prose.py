"""Texts of the editor: a field that refuses, at the field, what would be dear to clean or to show.

HTML parsers repair what is open at the wrong place, and a few thousand such tags cost them seconds or become
megabytes. The editor closes what it opens and nests little, so only that is taken in any length.
"""

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_prose_editor.fields import ProseEditorField

MOST_CHARACTERS = 100_000  # fifty printed pages
DEEPEST = 30
FEW_TAGS = 500  # however they stand, they cost little

_KNOWN = "p|br|hr|h[1-6]|strong|em|s|u|b|i|ul|ol|li|blockquote|a|table|thead|tbody|tr|th|td|div|span"
_TAG = re.compile(rf'<(/?)({_KNOWN})((?:\s++[a-z-]++(?:="[^"<>]*+")?+)*+)\s*+/?>')
_EMPTY = {"br", "hr"}
_MARKS = {"strong", "em", "s", "u", "b", "i"}  # which a parser opens again, one for each set of attributes


class ProseField(ProseEditorField):
    """A text of the editor, at most 100,000 characters of it."""

    if TYPE_CHECKING:  # a row has the text there

        def __get__(self, row: Any, owner: Any) -> Any: ...
        def __set__(self, row: Any, text: str) -> None: ...

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form's field, which says what is wrong before anything is cleaned."""
        return super().formfield(**{"validators": [_not_too_long, refuse_tangled]} | kwargs)


class _LengthAsKept(MaxLengthValidator):
    """Counts a bare & as the five signs that it becomes."""

    def clean(self, html: Any) -> int:
        return len(html) + 4 * max(html.count("&") - html.count(";"), 0)


_not_too_long = _LengthAsKept(
    MOST_CHARACTERS,
    ngettext_lazy(
        "This text is too long: it has %(show_value)d characters with its formatting, and "
        "%(limit_value)d is the most. Please divide it.",
        "This text is too long: it has %(show_value)d characters with its formatting, and "
        "%(limit_value)d are the most. Please divide it.",
        "limit_value",
    ),
)


def refuse_tangled(html: str) -> None:
    """Refuse many tags that are not closed in the order of their opening, or lie very deep.

    Linear in the length. Raises ValidationError.
    """
    if len(html) > MOST_CHARACTERS:  # which is said already
        return
    if html.count("<") > FEW_TAGS and not _is_well_nested(html):
        raise ValidationError(
            _(
                "The formatting of this text is too tangled to be kept: lists or quotes lie too deep in each "
                "other, or parts are not closed. Please paste it as plain text, then format it here."
            ),
            code="tangled",
        )


def _is_well_nested(html: str) -> bool:
    open_tags: list[str] = []
    count = 0
    for count, (end, name, attributes) in enumerate(_TAG.findall(html), 1):  # noqa: B007
        if end:
            if not open_tags or open_tags.pop() != name:
                return False
        elif attributes and name in _MARKS:
            return False
        elif name not in _EMPTY:
            open_tags.append(name)
            if len(open_tags) > DEEPEST:
                return False
    return not open_tags and count == html.count("<")
