"""Texts that the shop composes of parts fit where they are stored, on every database.

A text that is a record, such as a line's title, has a column as long as its longest parts together. A
subject, a label or what somebody else's program says goes through fit().
"""

import unicodedata


def fit(text: str, length: int) -> str:
    """Return a text of at most `length` characters: what does not fit is cut off and an ellipsis says so.

    A column counts accents that stand alone as characters, which Django's Truncator does not; a letter is
    not cut from its accents.
    """
    if len(text) <= length:
        return text
    end = length - 1
    while end and unicodedata.combining(text[end]):
        end -= 1
    return f"{text[:end]}…"
