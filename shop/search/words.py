"""The words of a text as both databases index and look for them. No Django.

Letters lose case and accents, everything that is neither letter nor digit parts words. So no
character of a query ever reaches the query language of a database.
"""

import re
import unicodedata

MAX_QUERY_CHARACTERS = 200
MAX_QUERY_WORDS = 10
MAX_TEXT_CHARACTERS = 100_000  # PostgreSQL refuses a vector above 1 MB

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order."""
    return _WORD.findall(fold(text[:MAX_TEXT_CHARACTERS]))


def query_words(query: str) -> list[str]:
    """Return the words of what somebody typed; at most MAX_QUERY_WORDS of them."""
    return words(query[:MAX_QUERY_CHARACTERS])[:MAX_QUERY_WORDS]


def fold(text: str) -> str:
    """Return the text without case and accents, so that `Río` is found as `rio`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
