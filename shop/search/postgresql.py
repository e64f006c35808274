"""The full-text index on PostgreSQL: a weighted tsvector, and trigrams of the title for typos.

A title is similar enough from pg_trgm's own threshold, 0.6: `kalimbra` finds Kalimba.
"""

from django.db.backends.utils import CursorWrapper

_WRITE = """
UPDATE shop_searchdocument
SET folded_title = %s,
    vector = setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')
          || setweight(to_tsvector('simple', %s), 'D')
WHERE id = %s
"""
_FIND = """
SELECT kind, key, title, maker, url, picture
FROM shop_searchdocument
WHERE (vector @@ to_tsquery('simple', %s) OR %s <%% folded_title) {kinds}
ORDER BY vector @@ to_tsquery('simple', %s) DESC,
         CASE WHEN vector @@ to_tsquery('simple', %s) THEN length(title) END,
         vector @@ to_tsquery('simple', %s) DESC,
         vector @@ to_tsquery('simple', %s) DESC,
         ts_rank(vector, to_tsquery('simple', %s), 1) DESC, word_similarity(%s, folded_title) DESC,
         title, id
LIMIT %s
"""


def write(cursor: CursorWrapper, pk: int, title: str, maker: str, text: str) -> None:
    """Index the folded words of a document anew."""
    cursor.execute(_WRITE, [title, title, maker, text, pk])


def erase(cursor: CursorWrapper, pk: int) -> None:
    """Do nothing: the index is a column of the document and goes with it."""


def search(cursor: CursorWrapper, asked: list[str], kinds: list[str] | None, limit: int) -> None:
    """Execute the search for folded words, best first; misspelt titles come last."""
    anywhere, in_title, in_title_or_maker = (_query(asked, weights) for weights in ("", "A", "AB"))
    typed = " ".join(asked)
    statement = _FIND.format(kinds="AND kind = ANY(%s)" if kinds is not None else "")
    chosen = [kinds] if kinds is not None else []
    tiers = [in_title, in_title, in_title_or_maker, anywhere]
    cursor.execute(statement, [anywhere, typed, *chosen, *tiers, anywhere, typed, limit])


def _query(asked: list[str], weights: str) -> str:
    """Return a tsquery: all the words, in parts of these weights, the last as a beginning."""
    parts = [f"'{word}':{weights}".rstrip(":") for word in asked]
    parts[-1] = f"'{asked[-1]}':*{weights}"
    return " & ".join(parts)
