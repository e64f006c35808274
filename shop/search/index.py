"""Put documents into the full-text index, take them out, find them: one interface, two engines.

SQLite uses an FTS5 table, PostgreSQL a weighted tsvector and, for small typos, trigrams of the
title. `put` and `remove` belong into the transaction of the edit that they follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from django.db import connection, transaction

from shop.search import postgresql, sqlite
from shop.search.models import SearchDocument
from shop.search.words import query_words, words


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; `kind` and `key` are those it was put with."""

    kind: str
    key: str
    title: str
    maker: str
    url: str
    picture: str


def put(*, kind: str, key: str, title: str, maker: str, text: str, url: str, picture: str = "") -> None:
    """Store or replace a document; texts are plain text. Runs in the caller's transaction."""
    title, maker, text = (value.replace("\x00", " ") for value in (title, maker, text))
    fields = {"title": title[:200], "maker": maker[:200], "text": text, "url": url, "picture": picture}
    with transaction.atomic():
        document, _ = SearchDocument.objects.update_or_create(kind=kind, key=key, defaults=fields)
        with connection.cursor() as cursor:
            _engine().write(cursor, document.pk, *(" ".join(words(t)) for t in (title, maker, text)))


def remove(*, kind: str, key: str) -> None:
    """Take a document out of the index; one that is not there is no error."""
    with transaction.atomic():
        for document in SearchDocument.objects.filter(kind=kind, key=key):
            with connection.cursor() as cursor:
                _engine().erase(cursor, document.pk)
            document.delete()


def find(query: str, kinds: Sequence[str] | None = None, limit: int = 40) -> list[Hit]:
    """Return the documents that hold every word of `query`, the last one as a beginning.

    Titles come first, the shortest of them on top; then makers, then text by its rank. Any text may be
    asked for; one without a letter or a digit finds nothing. One query.
    """
    asked = query_words(query)
    if not asked:
        return []
    with connection.cursor() as cursor:
        _engine().search(cursor, asked, list(kinds) if kinds is not None else None, limit)
        return [Hit(*row) for row in cursor.fetchall()]


def _engine() -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite
