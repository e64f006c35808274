"""A4 paper to write on, in every script: a line at a place, texts wrapped to a width. Millimetres, points."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fpdf import FPDF

from shop.papers import letters

LEFT, RIGHT, TOP, BOTTOM = 20.0, 190.0, 20.0, 262.0  # what is printed on; the foot stands below
INK, SOFT, LINE, ACCENT = (43, 33, 26), (98, 83, 74), (224, 210, 186), (160, 66, 42)  # static/css/tokens.css
POINT = 0.3528


class Sheet(FPDF):
    """Pages with the shop's fonts; the same calls make the same bytes."""

    def __init__(self, *, title: str, author: str, language: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.str_alias_nb_pages = ""
        self.set_text_shaping(True, features={"kern": True, "liga": True, "tnum": True})
        self.set_creation_date(made_at)
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.add_page()

    def line_at(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9.5,
        face: str = "text",
        colour: tuple[int, int, int] = INK,
        align: str = "L",
    ) -> None:
        """Write one clean line whose top is at y; with align R it ends at x, with C its middle is there."""
        self._take(text, face, size)
        self.current_font_is_set_on_page = False  # or a line after one of another script keeps its font
        self.set_text_color(*colour)
        width = self.get_string_width(text)
        start = x - {"L": 0.0, "R": width, "C": width / 2}[align]
        self.set_xy(start, y)
        self.cell(w=width, h=size * POINT * 1.25, text=text)

    def lines_at(
        self, x: float, y: float, texts: list[str], *, width: float, leading: float = 1.4, **how: Any
    ) -> float:
        """Write texts below each other, wrapped to a width; return the y under the last line."""
        for text in texts:
            for line in self.wrapped(text, width, size=how.get("size", 9.5), face=how.get("face", "text")):
                self.line_at(x, y, line, **how)
                y += how.get("size", 9.5) * POINT * leading
        return y

    def wrapped(self, text: str, width: float, *, size: float = 9.5, face: str = "text") -> list[str]:
        """Return a text as clean lines that fit a width, broken at spaces; inside a word only if it must."""
        whole = letters.clean(text)
        if not whole or self._fits(whole, width, face, size):
            return [whole] if whole else []
        lines, line = [], ""
        for word in self._pieces(whole, width, face, size):
            longer = f"{line} {word}" if line else word
            if line and not self._fits(longer, width, face, size):
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line]

    def _pieces(self, text: str, width: float, face: str, size: float) -> Iterator[str]:
        """Give the words of a text, those that are too long in parts that fit."""
        for word in text.split(" "):
            part = ""
            for cluster in letters.clusters(word):
                if part and not self._fits(part + cluster, width, face, size):
                    yield part
                    part = ""
                part += cluster
            yield part

    def _fits(self, text: str, width: float, face: str, size: float) -> bool:
        self._take(text, face, size)
        return bool(self.get_string_width(text) <= width)

    def _take(self, text: str, face: str, size: float) -> None:
        """Choose the fonts that a text needs, adding them to the document the first time."""
        main = letters.main_font(text, face)
        scripts = letters.scripts_in(text, main)
        for font in (main, *scripts):
            if font not in self.fonts:
                self.add_font(font, fname=letters.FONTS / f"{font}.ttf")
        self.set_fallback_fonts(scripts, exact_match=False)
        self.set_font(main, size=size)
        self._script = ""

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """Keep marks and joiners in the font of the letter that they belong to."""
        if not (self._script and unicodedata.category(char)[0] in "MC" and self._has(self._script, char)):
            self._script = super().get_fallback_font(char, style) or ""
        return self._script or None

    def _has(self, font: str, char: str) -> bool:
        return ord(char) in letters.letters_of(font)

    def rule(self, y: float, *, x: float = LEFT, until: float = RIGHT, weight: float = 0.2) -> None:
        """Draw a thin line across."""
        self.set_draw_color(*LINE)
        self.set_line_width(weight)
        self.line(x, y, until, y)

    def turn_to(self, page: int) -> None:
        """Go back to a page that is there already."""
        self.page, self.line_width = page, 0.0

    def bytes(self) -> bytes:
        """Return the finished document."""
        return bytes(self.output())
