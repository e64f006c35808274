"""The tables of docs/returns.md."""

from pathlib import Path

DOCS = (Path(__file__).parents[3] / "docs" / "returns.md").read_text()


def rows(first_heading: str) -> list[list[str]]:
    """Return the cells of the table whose first column is called so."""
    table = DOCS.partition(f"| {first_heading} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
