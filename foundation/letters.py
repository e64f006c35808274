"""Which letters papers and shared pictures can draw, and in which of the fonts beside this module.

Latin text is set in the shop's own fonts, everything else in Noto and Droid. What no font has is printed as
an empty box, so that no name can break either. Coverage: docs/papers.md.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
FACES = {
    "heading": ("fraunces-semibold", "noto-bold"),
    "strong": ("figtree-semibold", "noto-bold"),
    "text": ("figtree-regular", "noto-regular"),
}  # the shop's own font, and the one for text that it cannot print
SCRIPTS = (
    "noto-hebrew", "noto-arabic", "noto-armenian", "noto-georgian", "noto-devanagari", "noto-bengali",
    "noto-gurmukhi", "noto-gujarati", "noto-oriya", "noto-tamil", "noto-telugu", "noto-kannada",
    "noto-malayalam", "noto-sinhala", "noto-thai", "noto-lao", "noto-khmer", "noto-myanmar", "noto-ethiopic",
    "noto-thaana", "noto-tibetan", "noto-mongolian", "noto-canadianaboriginal", "noto-tifinagh", "noto-nko",
    "noto-syriac", "droid-fallback", "noto-korean",
)  # fmt: skip
BOX = "\N{WHITE SQUARE}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
MOST_MARKS = 6  # on one letter; more of them would cover the lines above and below ...
MOST_ACCENTS = 2  # ... and of those that pile up on Latin letters two do, once the text is composed


@cache
def letters_of(font: str) -> frozenset[int]:
    """Return the code points that a font file can print."""
    with TTFont(FONTS / f"{font}.ttf", lazy=True) as ttf:
        return frozenset(ttf.getBestCmap())


@cache
def script_of(letter: str) -> str:
    """Return the font for a letter that the Latin fonts lack, or an empty text when none has it."""
    return next((font for font in SCRIPTS if ord(letter) in letters_of(font)), "")


def main_font(text: str, face: str) -> str:
    """Return the font of a face for a clean text: the shop's own, unless it lacks one of the letters."""
    own, other = FACES[face]
    return own if letters_of(own).issuperset(map(ord, text)) else other


def scripts_in(text: str, font: str) -> list[str]:
    """Return the fonts that a clean text needs beside its main one, in the order of its letters."""
    strange = (letter for letter in text if ord(letter) not in letters_of(font) and letter not in JOINERS)
    return list(dict.fromkeys(script_of(letter) for letter in strange))


def clean(text: str) -> str:
    """Return a text in one line, composed (NFC), that the fonts can print; a box for each letter they lack.

    Signs that only steer (direction, zero width) go, but for joiners between letters that join.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(_printable(composed)).split())


def _printable(text: str) -> Iterator[str]:
    before, marks = "", 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") else 0
        most = MOST_ACCENTS if "\u0300" <= letter <= "\u036f" else MOST_MARKS
        if marks > most or _only_steers(letter, category, before):
            continue
        yield _or_box(letter, category)
        before = letter


def _only_steers(letter: str, category: str, before: str) -> bool:
    if letter in JOINERS:
        return not (before and script_of(before))
    return category == "Cf" or unicodedata.name(letter, "").startswith("VARIATION SELECTOR")


def _or_box(letter: str, category: str) -> str:
    if category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if letter in JOINERS or ord(letter) in letters_of("noto-regular") or script_of(letter):
        return letter
    return BOX


def clusters(word: str) -> Iterator[str]:
    """Give the letters of a word, each with the marks and joiners that belong to it."""
    cluster = ""
    for letter in word:
        belongs = unicodedata.category(letter)[0] == "M" or letter in JOINERS
        if cluster and not belongs and cluster[-1] not in JOINERS:
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster
