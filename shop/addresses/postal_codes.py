"""Postal codes as people type them, and as their country writes them."""

import re
import unicodedata
from functools import cache

from shop.addresses import countries

LONGEST = 20  # characters an order keeps

# letters of the country that people put before the code, besides those of ISO 3166
_LETTERS_BEFORE = {
    "AT": "A", "BE": "B", "CH": "CH", "DE": "D", "ES": "E", "FI": "SF", "FR": "F", "HU": "H", "IT": "I",
    "LI": "FL", "LU": "L", "NO": "N", "PT": "P", "SE": "S", "SI": "SLO", "VA": "V", "JP": "T",
}  # fmt: skip
# how a code is parted, where the package's examples do not tell: (characters in all, before the mark, mark)
_PARTED = {"MT": ((7, 3, " "),), "SE": ((5, 3, " "),), "US": ((9, 5, "-"),)}
FROM_THE_END = frozenset({"GB", "GG", "IM", "JE"})  # outward codes differ in length, inward ones have three
_MARKS = "ー〒"  # of Japan: a long vowel typed for a dash, and the sign of the post


def normalised(country: str, typed: str) -> str:
    """Return a postal code as its country writes it, such as "SW1A 1AA"; one that is none as it was typed.

    Digits of any script and width, spaces, dashes and the letters of the country in front do not matter.
    """
    bare = compact(typed)
    tidy = " ".join(unicodedata.normalize("NFKC", typed).split()).upper()
    for code in (bare, *without_country(country, bare), f"{country}{bare}", tidy):
        for written in (_parted(country, code), code):
            if _fits(country, written):
                return written
    return tidy if len(tidy) <= LONGEST else typed.strip()


def is_valid(country: str, typed: str) -> bool:
    """Whether a country has such a code; where it has no rule, any will do."""
    return not _has_pattern(country) or _fits(country, normalised(country, typed))


def compact(typed: str) -> str:
    """Return a code in capitals and plain digits, without spaces, dashes and dots: what is compared."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(_ascii(mark) for mark in plain if not _is_space(mark))


def is_compact(country: str, bare: str) -> bool:
    """Whether a compact() text is a whole code of a country."""
    return _fits(country, bare) or _fits(country, _parted(country, bare))


def letters_of(country: str) -> frozenset[str]:
    """Return what people put before a code of this country: "D" or "DE"."""
    return frozenset({country, _LETTERS_BEFORE.get(country, country)})


def without_country(country: str, bare: str) -> list[str]:
    """Return what a compact code can be when its first letters name the country."""
    before = (letters for letters in sorted(letters_of(country)) if letters and bare.startswith(letters))
    return [bare[len(letters) :] for letters in before]


def _is_space(mark: str) -> bool:
    return mark in f".,{_MARKS}−" or unicodedata.category(mark) in {"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"}


def _ascii(mark: str) -> str:
    digit = unicodedata.digit(mark, None)
    return mark if digit is None else str(digit)


def _parted(country: str, code: str) -> str:
    if country in FROM_THE_END:
        at = 4 if code.startswith("BFPO") else len(code) - 3
        return f"{code[:at]} {code[at:]}"
    for length, at, mark in _shapes(country):
        if len(code) == length:
            return f"{code[:at]}{mark}{code[at:]}"
    return code


@cache
def _shapes(country: str) -> tuple[tuple[int, int, str], ...]:
    """Return how codes are parted, by their length: as ours or the package's examples are."""
    examples = (
        re.fullmatch(r"(\w+)([ -])(\w+)", text) for text in countries.found(country).postal_code_examples
    )
    found = ((len(part[1] + part[3]), len(part[1]), part[2]) for part in examples if part)
    return (*_PARTED.get(country, ()), *found)


def _has_pattern(country: str) -> bool:
    return bool(countries.found(country).postal_code_matchers)


def _fits(country: str, code: str) -> bool:
    matchers = countries.found(country).postal_code_matchers
    return bool(matchers) and code.isascii() and all(matcher.fullmatch(code) for matcher in matchers)
