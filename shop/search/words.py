"""The words of a text as both databases store and look for them, their forms, how alike they are. No Django.

Letters lose case and accents, everything that is neither letter nor digit parts words. So no
character of a query ever reaches the query language of a database.
"""

import unicodedata

import snowballstemmer

from foundation.folding import fold

MAX_QUERY_CHARACTERS = 200
MAX_QUERY_WORDS = 10
MAX_TEXT_CHARACTERS = 100_000
LONGEST_WORD = 64
SHORTEST_MISSPELT = 5  # letters; shorter words are too much like others
TWICE_MISSPELT = 8  # letters, from which on two of them may be wrong


class _Parting(dict[int, int | None]):
    """Letters, digits and their marks stay, apostrophes go, everything else becomes a blank."""

    def __missing__(self, code: int) -> int | None:
        letter = chr(code)
        stays = letter.isalnum() or unicodedata.category(letter).startswith("M")
        self[code] = None if letter == "'" else code if stays else ord(" ")
        return self[code]


_parting = _Parting()


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order."""
    folded = fold(text[:MAX_TEXT_CHARACTERS])
    return [word[:LONGEST_WORD] for word in folded.translate(_parting).split()]


def query_words(query: str) -> list[str]:
    """Return the different words of what somebody typed; at most MAX_QUERY_WORDS of them."""
    return list(dict.fromkeys(words(query[:MAX_QUERY_CHARACTERS])))[:MAX_QUERY_WORDS]


def stems(chosen: list[str]) -> list[str]:
    """Return the stem of each word: that of `flutes` and `flute` is the same. English."""
    english = snowballstemmer.stemmer("english")  # keeps a state of its own: one for each call
    return [english.stemWord(word) if word.isascii() and word.isalpha() else word for word in chosen]


def grams(word: str) -> set[str]:
    """Return the pairs of neighbours in a word, its ends included; none for codes and what is too short."""
    if len(word) < SHORTEST_MISSPELT - 1 or not word.isalpha():
        return set()
    marked = f"^{word}$"
    return {marked[n : n + 2] for n in range(len(marked) - 1)}


def typos_allowed(word: str) -> int:
    """Return how many letters of a typed word may be wrong."""
    if len(word) < SHORTEST_MISSPELT or not word.isalpha():
        return 0
    return 2 if len(word) >= TWICE_MISSPELT else 1


def distance(one: str, other: str) -> int:
    """Return how many letters to change, add, drop or swap with their neighbour lead from one to other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, theirs in enumerate(other, start=1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
