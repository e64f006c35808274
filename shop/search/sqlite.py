"""The full-text index on SQLite: FTS5, whose rows have the numbers of their documents.

Misspelt words are not found here; beginnings of words are. PostgreSQL does both.
"""

from django.db.backends.utils import CursorWrapper

_FIND = """
SELECT d.kind, d.key, d.title, d.maker, d.url, d.picture
FROM shop_search_fts f
JOIN shop_searchdocument d ON d.id = f.rowid
LEFT JOIN (SELECT rowid FROM shop_search_fts WHERE shop_search_fts MATCH %s) t ON t.rowid = f.rowid
WHERE shop_search_fts MATCH %s {kinds}
ORDER BY t.rowid IS NULL, CASE WHEN t.rowid IS NOT NULL THEN length(d.title) END,
         f.rowid IN (SELECT rowid FROM shop_search_fts WHERE shop_search_fts MATCH %s) DESC,
         bm25(shop_search_fts, 10.0, 4.0, 1.0), d.title, d.id
LIMIT %s
"""


def write(cursor: CursorWrapper, pk: int, title: str, maker: str, text: str) -> None:
    """Index the folded words of a document anew."""
    erase(cursor, pk)
    cursor.execute(
        "INSERT INTO shop_search_fts (rowid, title, maker, text) VALUES (%s, %s, %s, %s)",
        [pk, title, maker, text],
    )


def erase(cursor: CursorWrapper, pk: int) -> None:
    """Take a document out of the index."""
    cursor.execute("DELETE FROM shop_search_fts WHERE rowid = %s", [pk])


def search(cursor: CursorWrapper, asked: list[str], kinds: list[str] | None, limit: int) -> None:
    """Execute the search for folded words, best first."""
    match = " ".join(f'"{word}"' for word in asked) + "*"
    chosen = [] if kinds is None else [*kinds, ""]
    clause = f"AND d.kind IN ({', '.join(['%s'] * len(chosen))})" if chosen else ""
    statement = _FIND.format(kinds=clause)
    in_title, in_title_or_maker = f"title : ({match})", f"{{title maker}} : ({match})"
    cursor.execute(statement, [in_title, match, *chosen, in_title_or_maker, limit])
