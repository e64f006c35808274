"""What a stored text becomes: safe HTML, plain words, an excerpt, minutes of reading. No Django models.

Bodies are stored already safe: `safe_html` runs on every save, never while a page is rendered.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.text import slugify

WORDS_A_MINUTE = 200
EXCERPT_CHARACTERS = 160
FEWEST_HEADINGS, MOST_HEADINGS = 3, 100  # of a table of contents

# The buttons of the editor; the cleaner below allows exactly the elements that these can make.
EXTENSIONS: dict[str, object] = {
    "Bold": True, "Italic": True, "Strike": True, "Heading": {"levels": [2, 3]}, "BulletList": True,
    "OrderedList": True, "ListItem": True, "Blockquote": True, "HorizontalRule": True, "HardBreak": True,
    "Link": {"enableTarget": False}, "Table": True, "TableRow": True, "TableHeader": True, "TableCell": True,
}  # fmt: skip

_CLEANER = nh3.Cleaner(
    tags={
        "p", "br", "hr", "h2", "h3", "strong", "em", "s", "ul", "ol", "li", "blockquote", "a",
        "table", "thead", "tbody", "tr", "th", "td",
    },
    attributes={
        "a": {"href", "title"}, "ol": {"start", "type", "data-type"},
        "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)  # fmt: skip
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|th|td|tr)>|<(?:br|hr)>")
_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
_SECTION = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)
_LINK = re.compile(r'<a((?: [a-z]+="[^"]*")*)>')
_HREF = re.compile(r' href="([^"]*)"')
_FIGURE = r"\[figure(?:\s|&nbsp;)+([0-9]{1,9})\]"
_AROUND = r"(?:\s|&nbsp;|</?(?:strong|em|s)>)*"
_FIGURE_NAME = re.compile(_FIGURE, re.IGNORECASE)
_FIGURE_LINE = re.compile(rf"<p>{_AROUND}{_FIGURE}{_AROUND}</p>", re.IGNORECASE)
_EMPTY = re.compile(r"^\s*(?:<p>\s*</p>\s*)*$")


def safe_html(html: str) -> str:
    """Return the HTML with everything removed that the editor cannot make; links and headings finished.

    Links to other hosts get rel="noopener"; headings get an id made of their words. A form asks for the same
    text several times while it is saved: the work is done once.
    """
    return _safe_html(html, settings.SITE_URL)


@lru_cache(maxsize=4)
def _safe_html(html: str, _site_url: str) -> str:
    cleaned = _CLEANER.clean(html.replace("\x00", ""))
    if _EMPTY.match(cleaned):
        return ""
    return _with_heading_ids(_LINK.sub(_finished_link, cleaned))


def _finished_link(match: re.Match[str]) -> str:
    attributes = match[1]
    href = _HREF.search(attributes)
    if href is None or not leads_elsewhere(unescape(href[1])):
        return match[0]
    return f'<a{attributes} rel="noopener">'


def leads_elsewhere(address: str) -> bool:
    """Say whether a link leaves this shop's own host."""
    try:
        host = urlsplit(address.strip()).netloc
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.SITE_URL).netloc


def _with_heading_ids(html: str) -> str:
    names = _Names()

    def finished(match: re.Match[str]) -> str:
        words = slugify(plain_text(match[2]))[:60].strip("-")
        name = names.free(f"section-{words}" if words else "section")
        return f'<{match[1]} id="{name}">{match[2]}</{match[1]}>'

    return _HEADING.sub(finished, html)


class _Names:
    """Names given out once each; the next number of each is remembered, so that many of one are no work."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """Return the wanted name, or, once it is taken, the name with the next free number."""
        name, number = wanted, self._numbers.get(wanted, 1)
        while name in self._taken:
            number += 1
            name = f"{wanted}-{number}"
        self._taken.add(name)
        self._numbers[wanted] = number
        return name


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the table of contents: the id on the page, and the words without markup."""

    anchor: str
    title: str


def contents(html: str) -> list[Heading]:
    """Return the main headings with words of a safe text, a hundred at most; none for fewer than three."""
    found = (Heading(anchor=match[1], title=plain_text(match[2])) for match in _SECTION.finditer(html))
    first = list(islice((heading for heading in found if heading.title), MOST_HEADINGS))
    return first if len(first) >= FEWEST_HEADINGS else []


def stretches(html: str) -> list[tuple[str, int | None]]:
    """Return a safe text cut at the lines that name a figure, each stretch with the number named after it.

    A figure that is named inside a sentence is left out.
    """
    *pairs, end = _FIGURE_LINE.split(html)
    cut = list(zip(pairs[::2], map(int, pairs[1::2]), strict=True))
    return [
        *((_FIGURE_NAME.sub("", text), number) for text, number in cut),
        (_FIGURE_NAME.sub("", end), None),
    ]


def figures_named(html: str) -> list[int]:
    """Return the numbers of the figures that a text names in a line of their own, in its order."""
    return [int(number) for number in _FIGURE_LINE.findall(html)]


def figures_in_sentences(html: str) -> list[int]:
    """Return the numbers of the figures that a text names beside other words, where none can stand."""
    return [int(number) for number in _FIGURE_NAME.findall(_FIGURE_LINE.sub("", html))]


def plain_text(html: str) -> str:
    """Return the words of a safe HTML text, blocks parted by single spaces, without names of figures."""
    with_gaps = _BLOCK_END.sub(" ", _FIGURE_NAME.sub("", html))
    return " ".join(unescape(_TAG.sub("", with_gaps)).split())


def word_count(html: str) -> int:
    """Return the number of words a reader sees."""
    return len(plain_text(html).split())


def reading_minutes(html: str) -> int:
    """Return whole minutes of reading at 200 words a minute, rounded up, at least 1."""
    return max(1, math.ceil(word_count(html) / WORDS_A_MINUTE))


def excerpt(text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """Return plain text of at most `limit` characters, cut between words with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    room = text[: limit - 1]
    if text[limit - 1] != " " and " " in room:
        room = room.rpartition(" ")[0]
    return room.rstrip(" ,;:.–-…") + "…"


def absolute_links(html: str) -> str:
    """Return safe HTML whose links into this shop carry its full address, for feeds."""
    return re.sub(r'(<a(?: [a-z]+="[^"]*")*? href=")(/(?!/)[^"]*")', rf"\1{settings.SITE_URL}\2", html)
