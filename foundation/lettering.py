"""Lines of text drawn onto pictures, in every script that foundation.letters has a font for.

Pillow takes one font at a time, so a line is a row of runs; each is shaped by HarfBuzz, and in a line that
begins from right to left the runs stand in that order.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PIL import ImageDraw, ImageFont

from foundation import letters

TIGHT, ROOMY = (
    1.16,
    1.4,
)  # line heights: of the shop's own fonts, of scripts that reach further
FIRM = {"L", "R", "AL", "EN", "AN", "NSM"}  # letters, numbers, marks: what has a direction or clings to it
BASELINE = 0.96  # of the size, below the top of a line


@dataclass(frozen=True, slots=True)
class Face:
    """A face of foundation.letters in a size in pixels."""

    name: str
    size: int

    def line_height(self, text: str) -> int:
        """Return how far apart the lines of this text stand, in pixels."""
        own, _other = letters.FACES[self.name]
        is_own = letters.main_font(letters.clean(text), self.name) == own
        return round(self.size * (TIGHT if is_own else ROOMY))


def runs(text: str, face: str) -> list[tuple[str, str]]:
    """Return a clean text in parts, each with the font that has its letters, in the order of reading."""
    main = letters.main_font(text, face)
    found: list[tuple[str, str]] = []
    for letter in text:
        font = _font_of(letter, main, found[-1][1] if found else "")
        if found and found[-1][1] == font:
            found[-1] = (found[-1][0] + letter, font)
        else:
            found.append((letter, font))
    return found


def _font_of(letter: str, main: str, before: str) -> str:
    """Return the font of a letter; spaces, marks and joiners stay with what stands before them."""
    stays = letter == " " or unicodedata.category(letter)[0] in "MC"
    if before and stays and ord(letter) in letters.letters_of(before):
        return before
    if ord(letter) in letters.letters_of(main):
        return main
    return letters.script_of(letter) or "noto-regular"


def is_from_right(text: str) -> bool:
    """Whether a text begins in a script that is read from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def in_place(text: str, face: str) -> list[tuple[str, str]]:
    """Return the parts of a clean text from the left to the right.

    Spaces and signs at the ends of a part that is read the other way belong to the line around it.
    """
    from_right = is_from_right(text)
    parts = [
        (piece, font)
        for part, font in runs(text, face)
        for piece in ([part] if is_from_right(part) == from_right else _without_ends(part))
    ]
    return parts[::-1] if from_right else parts


def _without_ends(part: str) -> list[str]:
    """Return a part with each space and sign at its ends by itself."""
    firm = [at for at, letter in enumerate(part) if unicodedata.bidirectional(letter) in FIRM]
    if not firm:
        return list(part)
    first, last = firm[0], firm[-1] + 1
    return [*part[:first], part[first:last], *part[last:]]


def width(text: str, face: Face) -> float:
    """Return how wide a clean text is, in pixels."""
    return sum(_open(font, face.size).getlength(part) for part, font in runs(text, face.name))


def wrapped(text: str, face: Face, room: float) -> list[str]:
    """Return a text as clean lines that fit, broken at spaces; inside a word only if it must."""
    lines = [""]
    for word in letters.clean(text).split():
        for number, piece in enumerate(_pieces(word, face, room)):
            longer = f"{lines[-1]} {piece}" if lines[-1] and not number else lines[-1] + piece
            if width(longer, face) <= room:
                lines[-1] = longer
            elif lines[-1]:
                lines.append(piece)
            else:
                lines[-1] = piece
    return lines


def _pieces(word: str, face: Face, room: float) -> Iterator[str]:
    """Give a word whole, or its letters if it is wider than a line."""
    if width(word, face) <= room:
        yield word
    else:
        yield from letters.clusters(word)


def draw_line(draw: ImageDraw.ImageDraw, box: tuple[int, int, int], text: str, face: Face, fill: str) -> None:
    """Draw a clean text at (left, top, right): from the left, or up to the right if it is read from there."""
    left, top, right = box
    x = float(left)
    if is_from_right(text):
        x = max(x, right - width(text, face))
    for part, name in in_place(text, face.name):
        font = _open(name, face.size)
        draw.text((x, top + face.size * BASELINE), part, fill=fill, font=font, anchor="ls")
        x += font.getlength(part)


@cache
def _open(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(letters.FONTS / f"{name}.ttf", size)
