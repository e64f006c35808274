"""Texts that the shop composes of parts fit where they are stored, on every database.

A text that is a record, such as a line's title, has a column as long as its longest parts together. A
subject, a label or what somebody else's program says goes through fit().
"""

from django.utils.text import Truncator


def fit(text: str, length: int) -> str:
    """Return a text of at most `length` characters: what does not fit is cut off and an ellipsis says so."""
    return str(Truncator(text).chars(length))
