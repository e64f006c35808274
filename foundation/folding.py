"""Text as it is compared: without case, accents and the ways to type the same letter. No Django.

What is stored to be found and what is asked for go through here, so that both databases give the same
answers. PostgreSQL has the same fold as a function of its own, made of the tables below.
"""

import unicodedata

# Letters that no decomposition makes plain; the last ones are fillers and marks that nobody types or sees.
LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ɓ": "b",
    "ɗ": "d", "ƙ": "k", "ɲ": "n", "ɛ": "e", "ɔ": "o", "ə": "e", "ʼ": "'", "’": "'", "‘": "'", "ʻ": "'",
    "ى": "ي", "ة": "ه",
}  # fmt: skip
PAIRS = {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ĳ": "ij"}
DROPPED = "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
PUNCTUATION = (
    " -./()+,#_:\u2010\u2011\u2013\u00b7"  # between the parts of telephone numbers, codes and numbers
)

_PLAIN = str.maketrans(LETTERS | PAIRS | dict.fromkeys(DROPPED, ""))
_TOGETHER = str.maketrans("", "", PUNCTUATION)


def fold(text: str) -> str:
    """Return the text without case and accents, so that `Río` is found as `rio` and `Łódź` as `lodz`."""
    if text.isascii():
        return text.lower()
    bare = _without_marks(_without_marks(text).casefold())
    return unicodedata.normalize("NFC", bare.translate(_PLAIN))


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def together(text: str) -> str:
    """Return the folded text without what parts it, as telephone numbers and postal codes are compared."""
    return fold(text).translate(_TOGETHER)


def mark_ranges() -> list[tuple[int, int]]:
    """Return the first and last code point of every run of marks that `fold` drops."""
    ranges: list[tuple[int, int]] = []
    for code in range(0x300, 0x1F000):
        if not unicodedata.combining(chr(code)):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges
