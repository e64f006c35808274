"""Write which words a document holds. Inside the caller's transaction; writers wait for each other."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, OuterRef

from shop.search.models import SearchGram, SearchPosting, SearchWord
from shop.search.words import grams, stems, words

_ONE_WRITER = 7_305_811  # the number of PostgreSQL's lock; SQLite has one writer anyway
_BATCH = 1000


def write(document_id: int, *texts: str) -> None:
    """Index a document anew: its texts by weight, the title first. Some eight queries."""
    _wait_for_other_writers()
    fields: dict[str, int] = {}
    for field, text in enumerate(texts):
        for word in words(text):
            fields.setdefault(word, field)
    ids = _ids_of(sorted(fields))
    before = _clear(document_id)
    SearchPosting.objects.bulk_create(
        (
            SearchPosting(document_id=document_id, word_id=ids[word], field=field)
            for word, field in fields.items()
        ),
        batch_size=_BATCH,
    )
    _forget(before - set(ids.values()))


def erase(document_id: int) -> None:
    """Take a document's words out."""
    _wait_for_other_writers()
    _forget(_clear(document_id))


def _wait_for_other_writers() -> None:
    """Let no other transaction add or forget words until this one ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])


def _ids_of(chosen: list[str]) -> dict[str, int]:
    """Return word -> id, with new rows for those that no document held before."""
    known = SearchWord.objects.in_bulk(chosen, field_name="word")
    new = [word for word in chosen if word not in known]
    rows = [SearchWord(word=word, stem=stem) for word, stem in zip(new, stems(new), strict=True)]
    made = SearchWord.objects.bulk_create(rows, batch_size=_BATCH)
    SearchGram.objects.bulk_create(
        (SearchGram(word=row, gram=gram) for row in made for gram in sorted(grams(row.word))),
        batch_size=_BATCH,
    )
    return {word: row.pk for word, row in known.items()} | {row.word: row.pk for row in made}


def _clear(document_id: int) -> set[int]:
    rows = SearchPosting.objects.filter(document_id=document_id)
    before = set(rows.values_list("word_id", flat=True))
    rows.delete()
    return before


def _forget(ids: Iterable[int]) -> None:
    """Delete those of these words that no document holds any more."""
    left = sorted(ids)
    for start in range(0, len(left), _BATCH):
        chosen = SearchWord.objects.filter(pk__in=left[start : start + _BATCH])
        held = SearchPosting.objects.filter(word=OuterRef("pk"))
        unused = list(chosen.filter(~Exists(held)).values_list("pk", flat=True))
        SearchGram.objects.filter(word__in=unused).delete()
        SearchWord.objects.filter(pk__in=unused).delete()
