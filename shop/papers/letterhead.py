"""What frames each paper: the shop's name, the address in the window of an envelope, references, the foot."""

from typing import Any

from django.utils.translation import gettext as _

from shop.papers import letters
from shop.papers.sheet import ACCENT, BOTTOM, LEFT, POINT, RIGHT, SOFT, TOP, Sheet

WINDOW_Y, WINDOW_WIDTH = 45.0, 80.0  # DIN 5008, form B: the window begins 45 mm from the top
WINDOW_END, LEADING, SMALLEST = 94.0, 1.32, 5.0  # longer addresses are set smaller, down to so many points
REFERENCES_X, REFERENCES_Y = 130.0, 51.0
FOOT_Y = 270.0


def head(sheet: Sheet, seller: dict[str, Any], address: list[str], *, size: float = 11.0) -> None:
    """Write the shop's name and, where windows of envelopes are, its small return address and the address."""
    name = sheet.wrapped(seller["name"], RIGHT - LEFT, size=21, face="heading")[:1]
    sheet.lines_at(LEFT, TOP - 3, name, width=RIGHT - LEFT, size=21, face="heading", colour=ACCENT)
    sender = sheet.wrapped(" · ".join(seller["lines"]), WINDOW_WIDTH, size=6.5)[:2]
    y = sheet.lines_at(LEFT, WINDOW_Y, sender, width=WINDOW_WIDTH, size=6.5, colour=SOFT)
    room = WINDOW_END - y - 2.2
    while size > SMALLEST and _height(sheet, address, size) > room:
        size -= 0.5
    sheet.lines_at(LEFT, y + 2.2, address, width=WINDOW_WIDTH, size=size, leading=LEADING)


def _height(sheet: Sheet, address: list[str], size: float) -> float:
    count = sum(len(sheet.wrapped(line, WINDOW_WIDTH, size=size)) for line in address)
    return count * size * POINT * LEADING


def references(sheet: Sheet, rows: list[tuple[str, str]]) -> None:
    """Write number and dates at the right of the address."""
    y = REFERENCES_Y
    for label, value in rows:
        sheet.line_at(REFERENCES_X, y, letters.clean(label), colour=SOFT)
        sheet.line_at(RIGHT, y, letters.clean(value), align="R")
        y += 9.5 * POINT * 1.6


def feet(sheet: Sheet, seller: dict[str, Any]) -> None:
    """Write who the seller is under every page, and which page it is where there are several."""
    count = sheet.page
    contact = [seller["email"], seller["phone"], seller["site"]]
    number = _("Tax number %(number)s") % {"number": seller["tax_number"]} if seller["tax_number"] else ""
    rows = [" · ".join([*seller["lines"]]), " · ".join(text for text in [number, *contact] if text)]
    for page in range(1, count + 1):
        sheet.turn_to(page)
        sheet.rule(BOTTOM + 4)
        sheet.lines_at(LEFT, FOOT_Y, rows, width=RIGHT - LEFT - 30, size=7.5, colour=SOFT)
        if count > 1:
            text = _("Page %(page)d of %(count)d") % {"page": page, "count": count}
            sheet.line_at(RIGHT, FOOT_Y, letters.clean(text), size=7.5, colour=SOFT, align="R")
