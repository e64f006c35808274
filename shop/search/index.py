"""Put documents into the full-text index, take them out, find them: the same on both databases.

`put` and `remove` belong into the transaction of the edit that they follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from foundation.composed_text import fit
from shop.search import candidates, postings
from shop.search.candidates import MISSPELT, Candidate
from shop.search.models import SearchDocument
from shop.search.words import query_words

_FIELD = 10  # what a field further down costs, in ranks
_GROUP = 1000  # ranks of one group: alike, inside a word, misspelt

_FIND = """
WITH asked (place, word_id, rank) AS (VALUES {asked})
SELECT d.kind, d.key, d.title, d.maker, d.url, d.picture, found.worst
FROM (
    SELECT document_id, MAX(best) AS worst, SUM(best) AS total FROM (
        SELECT p.document_id, asked.place, MIN(asked.rank + {field} * p.field) AS best
        FROM asked JOIN shop_searchposting p ON p.word_id = asked.word_id
        GROUP BY p.document_id, asked.place
    ) matches
    GROUP BY document_id HAVING COUNT(*) = {places}
) found
JOIN shop_searchdocument d ON d.id = found.document_id {kinds}
ORDER BY found.worst / {group}, found.total, length(d.title), d.id
LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; `kind` and `key` are those it was put with."""

    kind: str
    key: str
    title: str
    maker: str
    url: str
    picture: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first. `meant` is what a misspelt query was taken for, else empty."""

    hits: list[Hit]
    meant: str = ""


def put(*, kind: str, key: str, title: str, maker: str, text: str, url: str, picture: str = "") -> None:
    """Store or replace a document; texts are plain text. Runs in the caller's transaction."""
    title, maker, text = (value.replace("\x00", " ") for value in (title, maker, text))
    fields = {
        "title": fit(title, 200),
        "maker": fit(maker, 200),
        "text": text,
        "url": url,
        "picture": picture,
    }
    with transaction.atomic():
        document, _ = SearchDocument.objects.update_or_create(kind=kind, key=key, defaults=fields)
        postings.write(document.pk, title, maker, text)


def remove(*, kind: str, key: str) -> None:
    """Take a document out of the index; one that is not there is no error."""
    with transaction.atomic():
        for document in SearchDocument.objects.filter(kind=kind, key=key):
            postings.erase(document.pk)
            document.delete()


def find(query: str, kinds: Sequence[str] | None = None, limit: int = 40) -> list[Hit]:
    """Return the hits of `ask` alone."""
    return ask(query, kinds, limit).hits


def ask(query: str, kinds: Sequence[str] | None = None, limit: int = 40) -> Answer:
    """Return the documents that hold every word of `query`, or a form of it, or a longer word around it.

    Exact words come first, then longer ones that begin alike, other forms, words around them; titles
    before makers before texts; short titles first. Misspelt words count only when nothing else is found.
    Any text may be asked for; one without a letter or a digit finds nothing. Two queries.
    """
    asked = query_words(query)
    meant = candidates.of(asked) if asked and (kinds is None or kinds) else []
    if not meant:
        return Answer([])
    rows = _rows(meant, len(asked), kinds, limit)
    best = rows[0][-1] // _GROUP if rows else 0
    is_misspelt = best == MISSPELT // _GROUP
    hits = [Hit(*row[:-1]) for row in rows if is_misspelt or row[-1] < MISSPELT]
    return Answer(hits, _corrected(asked, meant) if is_misspelt else "")


def _rows(
    meant: list[Candidate], places: int, kinds: Sequence[str] | None, limit: int
) -> list[tuple[str, str, str, str, str, str, int]]:
    """Execute the search. Only numbers of our own stand in the statement; texts are parameters."""
    values = ", ".join(f"({one.place}, {one.word_id}, {one.rank})" for one in meant)
    clause = f"WHERE d.kind IN ({', '.join(['%s'] * len(kinds))})" if kinds is not None else ""
    statement = _FIND.format(
        asked=values, field=_FIELD, places=places, kinds=clause, group=_GROUP, limit=int(limit)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(kinds or []))
        return cursor.fetchall()


def _corrected(asked: list[str], meant: list[Candidate]) -> str:
    """Return the typed words, the closest stored one in place of each that is nowhere; else nothing."""
    known = {one.place for one in meant if one.rank < MISSPELT}
    closest: dict[int, str] = {}
    for one in sorted(meant, key=lambda one: one.rank):
        if one.place not in known:
            closest.setdefault(one.place, one.word)
    return " ".join(closest.get(n, word) for n, word in enumerate(asked)) if closest else ""
