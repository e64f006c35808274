"""A table of lines that goes on over pages with its head repeated, and the sums and notes under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.papers import letters
from shop.papers.sheet import BOTTOM, INK, LEFT, POINT, RIGHT, SOFT, TOP, Sheet

SIZE, SMALL = 9.5, 8.0
LEADING = 1.4
GAP = 2.0  # above and below a row, and between columns
SUMS_X = 104.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and width in millimetres; the first one takes what the others leave."""

    heading: str
    width: float = 0.0
    align: str = "L"


@dataclass(frozen=True, slots=True)
class Sum:
    """One row of the sums; `is_total` marks the total, `is_note` what is only stated."""

    label: str
    amount: str
    is_total: bool = False
    is_note: bool = False


def draw(sheet: Sheet, y: float, columns: Sequence[Column], rows: Sequence[list[list[str]]]) -> float:
    """Draw rows of cells, each a main text and smaller ones under it; return the y under the table."""
    first = Column(columns[0].heading, RIGHT - LEFT - sum(column.width for column in columns[1:]))
    placed = [first, *columns[1:]]
    y = _heading(sheet, y, placed)
    for row in rows:
        cells = [_cell(sheet, texts, column) for texts, column in zip(row, placed, strict=True)]
        height = max(sum(size * POINT * LEADING for _line, size in cell) for cell in cells) + 2 * GAP
        if y + height > BOTTOM:
            sheet.add_page()
            y = _heading(sheet, TOP, placed)
        _row(sheet, y + GAP, placed, cells)
        y += height
        sheet.rule(y)
    return y


def _heading(sheet: Sheet, y: float, columns: Sequence[Column]) -> float:
    cells = [[(letters.clean(column.heading), SMALL)] for column in columns]
    _row(sheet, y, columns, cells, face="strong")
    y += SMALL * POINT * LEADING + GAP
    sheet.rule(y, weight=0.4)
    return y


def _cell(sheet: Sheet, texts: list[str], column: Column) -> list[tuple[str, float]]:
    sizes = [SIZE, *(SMALL for _text in texts[1:])]
    width = column.width - (GAP if column.align == "R" else 2 * GAP)
    return [(line, size) for text, size in zip(texts, sizes, strict=True)
            for line in sheet.wrapped(text, width, size=size)]  # fmt: skip


def _row(
    sheet: Sheet,
    y: float,
    columns: Sequence[Column],
    cells: Sequence[list[tuple[str, float]]],
    *,
    face: str = "text",
) -> None:
    x = LEFT
    for column, cell in zip(columns, cells, strict=True):
        at, below = (x + column.width if column.align == "R" else x), y
        for line, size in cell:
            colour = SOFT if size == SMALL else INK
            sheet.line_at(at, below, line, size=size, face=face, align=column.align, colour=colour)
            below += size * POINT * LEADING
        x += column.width


def sums(sheet: Sheet, y: float, rows: Sequence[Sum]) -> float:
    """Write the sums under the amounts, together on one page; return the y under them."""
    if y + len(rows) * 7 + 6 > BOTTOM:
        sheet.add_page()
        y = TOP
    y += 4
    for row in rows:
        y = _sum(sheet, y, row)
    return y


def _sum(sheet: Sheet, y: float, row: Sum) -> float:
    face, size = ("strong", 11.5) if row.is_total else ("text", SMALL + 0.5 if row.is_note else SIZE)
    colour = SOFT if row.is_note else INK
    if row.is_total:
        sheet.rule(y + 0.6, x=SUMS_X, weight=0.4)
        y += 2.6
    sheet.line_at(RIGHT, y, letters.clean(row.amount), size=size, face=face, colour=colour, align="R")
    below = sheet.lines_at(SUMS_X, y, [row.label], width=52, size=size, face=face, colour=colour)
    return below + 1.4


def notes(sheet: Sheet, y: float, texts: Sequence[str]) -> None:
    """Write the last sentences under everything else."""
    if y + 8 + len(texts) * 6 > BOTTOM:
        sheet.add_page()
        y = TOP
    sheet.lines_at(LEFT, y + 6, list(texts), width=RIGHT - LEFT, colour=SOFT)
