"""CSV for spreadsheets: comma, CRLF, amounts with a point, and no text that is taken for a formula.

Source: OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

STARTS = tuple("=+-@\t\r\n＝＋－＠")
Value = str | int | Decimal | None


def table(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return a table as CSV text."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(value) for value in row] for row in rows)
    return sheet.getvalue()


def cell(value: Value) -> str:
    """Return a cell's text; a text that would begin a formula is led by an apostrophe, a number stays."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f"'{value}" if value.lstrip(" ").startswith(STARTS) else value
