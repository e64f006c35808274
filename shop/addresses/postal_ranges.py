"""Parts of a country by postal code: beginnings and ranges, such as "BT" or "35000-35999, 38000-38999".

Both the ranges and the codes of addresses are compared as normalised codes. In the United Kingdom a beginning
is an area or a district: "B" is Birmingham and not Belfast, "BT1" is not BT10. Error: BadRange.
Source: docs/pricing.md, "Places".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_countries import countries as names

from shop.addresses import countries, postal_codes

_BETWEEN = re.compile(r"\s+-\s+|\s*(?:[–—]|\.\.+)\s*|\s+TO\s+")
_BRITISH = re.compile(r"([A-Z]{1,2})(?:(\d{1,2})([A-Z]?))?")
_INWARD = re.compile(r"\d[A-Z]{2}$")


class BadRange(ValueError):
    """What was written is no range of postal codes there; str() says what to write."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Codes from one beginning to another one of the same length, both included; `written` is for people."""

    first: str
    last: str
    written: str

    def covers(self, key: str) -> bool:
        """Whether a code lies in it, by its sorting key."""
        return len(key) >= len(self.first) and self.first <= key[: len(self.first)] <= self.last

    def overlaps(self, other: "Span") -> bool:
        """Whether a code can lie in both."""
        size = min(len(self.first), len(other.first))
        mine, its = (self.first[:size], self.last[:size]), (other.first[:size], other.last[:size])
        return mine[0] <= its[1] and its[0] <= mine[1]


def tidy(country: str, text: str) -> str:
    """Return ranges as they are kept: "35000-35999, 38000-38999". Raises BadRange."""
    return ", ".join(dict.fromkeys(span.written for span in spans(country, text)))


def tidied(country: str, text: str) -> str:
    """Return ranges as they are kept, as they stand where they are none."""
    try:
        return tidy(country, text)
    except BadRange:
        return text.strip()


def spans(country: str, text: str) -> list[Span]:
    """Return the ranges of a text, sorted; commas, semicolons or lines part them. Raises BadRange."""
    found = sorted(_span(country, part) for part in re.split(r"[,;\n\r、，；]+", text) if part.strip())
    if text.strip() and not found:
        raise BadRange(_("Enter postal codes, or nothing for all of the place."))
    return found


def cover(country: str, text: str, postal_code: str) -> bool:
    """Whether a postal code lies in one of the ranges; in a text that is none nothing does."""
    key = _key(country, postal_codes.compact(postal_codes.normalised(country, postal_code)))
    try:
        return postal_codes.is_valid(country, postal_code) and any(
            s.covers(key) for s in spans(country, text)
        )
    except BadRange:
        return False


def do_overlap(country: str, one: str, other: str) -> bool:
    """Whether a postal code can lie in both texts of ranges. Raises BadRange."""
    others = spans(country, other)
    return any(span.overlaps(its) for span in spans(country, one) for its in others)


def _span(country: str, text: str) -> Span:
    plain = unicodedata.normalize("NFKC", text).strip().upper().replace("−", "-")
    ends = [_beginning(country, end) for end in _ends(country, plain)]
    keys = [_key(country, end) for end in ends]
    written = "-".join(_written(country, end) for end in ends)
    if len(ends) == 2:
        _require_order(keys, plain)
    return Span(keys[0], keys[-1], written)


def _ends(country: str, text: str) -> list[str]:
    """Return the one or two codes of an entry: a dash may stand between two codes, or in one."""
    parted = _BETWEEN.split(text)
    parts = text.split("-")
    half = len(parts) // 2
    if len(parted) > 1:
        found = parted
    elif parts[0].strip() in postal_codes.letters_of(country) and len(parts) == 2:
        found = [text]
    elif len(parts) == 2 and len(parts[0].strip()) == len(parts[1].strip()):
        found = parts
    elif postal_codes.is_valid(country, text):
        found = [text]
    else:
        found = ["-".join(parts[:half]), "-".join(parts[half:])] if len(parts) in {2, 4} else [text]
    if len(found) > 2:
        raise BadRange(_("Write one range as two codes, such as 35000-35999: %(text)s.") % {"text": text})
    return found


def _beginning(country: str, text: str) -> str:
    """Return a code or the beginning of one, compact. Raises BadRange for what no code begins with."""
    bare = postal_codes.compact(text.strip().rstrip("*"))
    candidates = (bare, *postal_codes.without_country(country, bare), f"{country}{bare}" if bare else "")
    found = next((code for code in candidates if code and _can_begin(country, code)), "")
    is_sector = country in postal_codes.FROM_THE_END and " " in text.strip() and not _is_whole(country, found)
    if found and not is_sector:
        return found
    facts = {"text": text.strip(), "country": names.name(country), "example": _example(country)}
    if not facts["example"]:
        raise BadRange(_("%(country)s has no postal codes to choose by.") % facts)
    if is_sector:
        raise BadRange(
            _("Write an area such as BT, a district such as BT1, or a whole code: %(text)s.") % facts
        )
    sentence = _("No postal code of %(country)s begins with “%(text)s”. They look like %(example)s.")
    raise BadRange(sentence % facts)


def _can_begin(country: str, bare: str) -> bool:
    """Whether an example of the country, with its beginning replaced by this, is a code."""
    examples = (postal_codes.compact(text) for text in countries.found(country).postal_code_examples)
    return _is_whole(country, bare) or any(_is_whole(country, bare + text[len(bare) :]) for text in examples)


def _is_whole(country: str, bare: str) -> bool:
    return bool(bare) and postal_codes.is_compact(country, bare)


def _example(country: str) -> str:
    return next(iter(map(str, countries.found(country).postal_code_examples)), "")


def _key(country: str, bare: str) -> str:
    """Return a compact code, or the beginning of one, so that sorting it as text sorts it as a code."""
    if country not in postal_codes.FROM_THE_END:
        return bare
    inward = _INWARD.search(bare) if _is_whole(country, bare) else None
    outward = _BRITISH.fullmatch(bare[: inward.start()] if inward else bare)
    return "".join(_british(outward, inward)) if outward else bare


def _british(outward: re.Match[str], inward: re.Match[str] | None) -> Iterator[str]:
    area, district, letter = outward.groups()
    yield area.ljust(2, "_")
    if district:
        yield district.rjust(2, "0")
        yield letter or ("_" if inward else "")
    yield inward[0] if inward else ""


def _written(country: str, bare: str) -> str:
    return postal_codes.normalised(country, bare) if _is_whole(country, bare) else bare


def _require_order(keys: list[str], text: str) -> None:
    """Raise BadRange unless two beginnings make a range: of one shape, the lower one first."""
    first, last = keys
    if re.sub(r"\d", "0", first) != re.sub(r"\d", "0", last):
        sentence = _(
            "A range needs two codes that differ in their digits alone, such as 35000-35999: %(text)s."
        )
        raise BadRange(sentence % {"text": text})
    if first > last:
        raise BadRange(_("Write the lower code of the range first: %(text)s.") % {"text": text})
