"""Read a PDF as its recipient does: with another program than the one that made it."""

import io

import pypdf


def pages_of(document: bytes) -> list[str]:
    """Return the text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]


def text_of(document: bytes) -> str:
    """Return the whole text."""
    return "\n".join(pages_of(document))
