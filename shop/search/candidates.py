"""Which stored words somebody may mean by a typed one: the same, longer, other forms, misspelt ones."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from shop.search import words
from shop.search.words import distance, grams, typos_allowed

MOST = 300  # stored words that one typed word may mean
MOST_MISSPELT = 100
SHORTEST_PART = 3  # letters of a part of a word that may be asked for; the last word may be any beginning

# The worse a match, the more it counts: groups first, the way of the match within its group last.
EXACT, BEGINNING, FORM = 0, 1, 2
INSIDE, MISSPELT = 1003, 2000

_ALIKE = """SELECT * FROM (
    SELECT {place} AS place, id, word, stem, 1 AS is_alike FROM shop_searchword
    WHERE word LIKE %s OR stem = %s
    ORDER BY word = %s DESC, word LIKE %s DESC, stem = %s DESC, length(word), id LIMIT {most}
) alike{place}"""
_MISSPELT = """SELECT * FROM (
    SELECT {place} AS place, w.id, w.word, w.stem, 0 AS is_alike
    FROM shop_searchgram g JOIN shop_searchword w ON w.id = g.word_id
    WHERE g.gram IN ({grams}) AND length(w.word) BETWEEN %s AND %s
    GROUP BY w.id, w.word, w.stem HAVING COUNT(*) >= %s
    ORDER BY COUNT(*) DESC, length(w.word), w.id LIMIT {most}
) misspelt{place}"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored word that the typed word at `place` may mean; a low rank is a good match."""

    place: int
    word_id: int
    word: str
    rank: int


def of(asked: list[str]) -> list[Candidate]:
    """Return the stored words that the typed ones may mean. One query, bounded for each typed word."""
    stems = words.stems(asked)
    parts: list[str] = []
    params: list[str | int] = []
    for place, (word, stem) in enumerate(zip(asked, stems, strict=True)):
        is_last = place == len(asked) - 1
        parts.append(_ALIKE.format(place=place, most=MOST))
        params += [_pattern(word, is_last=is_last), stem, word, f"{word}%", stem]
        if typos := typos_allowed(word):
            pairs = sorted(grams(word))
            parts.append(
                _MISSPELT.format(place=place, grams=", ".join(["%s"] * len(pairs)), most=MOST_MISSPELT)
            )
            fewest = max(1, len(pairs) - 3 * typos)
            params += [*pairs, len(word) - typos, len(word) + typos, fewest]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return list(_ranked(cursor.fetchall(), asked, stems))


def _pattern(word: str, *, is_last: bool) -> str:
    """Return the LIKE pattern of a typed word; words hold no sign that means something in it."""
    if len(word) >= SHORTEST_PART or not word.isascii():
        return f"%{word}%"
    return f"{word}%" if is_last else word


def _ranked(
    rows: list[tuple[int, int, str, str, int]], asked: list[str], stems: list[str]
) -> Iterator[Candidate]:
    for place, word_id, word, stem, is_alike in rows:
        typed = asked[place]
        if is_alike:
            yield Candidate(place, word_id, word, _alike(word, typed, is_form=stem == stems[place]))
        elif typed not in word and (far := distance(typed, word)) <= typos_allowed(typed):
            yield Candidate(place, word_id, word, MISSPELT + far)


def _alike(word: str, typed: str, *, is_form: bool) -> int:
    if word == typed:
        return EXACT
    if word.startswith(typed):
        return BEGINNING
    return FORM if is_form else INSIDE
