"""What people type into forms: control characters left out, and nothing that only seems to be there.

Unicode has many characters that show nothing: spaces of no width, marks without a letter, fillers of Hangul,
the blank of Braille. A text of these alone is no text. In a name, those that turn or hide its letters are
left out, because a name is read beside other people's words.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# control characters, and the two that turn the direction of a text around to fool its reader
_NEVER_TYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")
# marks of direction, spaces of no width, soft hyphens, fillers: they alter a name that looks the same
_HIDDEN_IN_NAMES = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0\u2800\U0001d159\U00016fe4")
_SHOWS_NOTHING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs", "Me", "Mn", "Mc"}
_UNASSIGNED_BLANKS = re.compile("[\u2065\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U000e0fff]")

INVISIBLE = _("Please write something that can be seen: this has only characters that show nothing.")


def without_controls(text: str) -> str:
    """Return what a person can have meant to type, with one kind of line end."""
    return _NEVER_TYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_name(text: str) -> str:
    """Return a name in one line, without characters that hide or turn its letters."""
    return " ".join(_HIDDEN_IN_NAMES.sub("", without_controls(text)).split())


def is_visible(text: str) -> bool:
    """Return whether anything of a text can be seen: at least one character that is not blank by itself."""
    return any(_can_be_seen(char) for char in set(text))  # each of them once, however long the text


def validate_visible(text: str) -> None:
    """Raise ValidationError for a text that is there and shows nothing."""
    if text and not is_visible(text):
        raise ValidationError(INVISIBLE, code="invisible")


def require_visible(fields: Iterable[forms.Field]) -> None:
    """Have each field for text refuse what shows nothing; others stay as they are."""
    for field in fields:
        if isinstance(field, forms.CharField) and validate_visible not in field.validators:
            field.validators = [*field.validators, validate_visible]


class TextField(forms.CharField):
    """Text that can be seen, without control characters."""

    def to_python(self, value: Any) -> str:
        """Return what a person can have meant to type."""
        return super().to_python(without_controls(str(value or ""))) or ""

    def validate(self, value: str) -> None:
        """Refuse what is missing, and what shows nothing."""
        super().validate(value)
        validate_visible(value)


class NameField(TextField):
    """A name that can be seen, in one line, without characters that disguise it."""

    def to_python(self, value: Any) -> str:
        """Return the name without disguise; one of nothing else is kept as typed, so that it is refused."""
        typed = super().to_python(value)
        return as_name(typed) or typed


def _can_be_seen(char: str) -> bool:
    if char in _BLANK_LETTERS or _UNASSIGNED_BLANKS.match(char):
        return False
    return unicodedata.category(char) not in _SHOWS_NOTHING
