"""The codes of gift cards: made, read as people type them, and hashed. No Django.

Sixteen characters of an alphabet of 32 are 80 bits: nobody guesses one, so a plain SHA-256 keeps them.
Source: docs/pricing.md, "Gift cards".
"""

import hashlib
import secrets
import unicodedata

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0 and 1, which look like each other
LENGTH, GROUP, HINT = 16, 4, 4
SHORTEST_CODE, LONGEST_CODE = 12, 40
LONGEST_TYPED = 5 * LONGEST_CODE  # with spaces, hyphens and dots between all letters


def new() -> str:
    """Return a fresh code as people read it: XXXX-XXXX-XXXX-XXXX."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def normalised(text: str) -> str:
    """Return a code as it is hashed, whatever case, spaces and hyphens it was typed with."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())


def readable(text: str) -> str:
    """Return the code that somebody typed, normalised; empty for what cannot be one."""
    if "\0" in text or len(text) > LONGEST_TYPED:
        return ""
    code = normalised(text)
    return code if SHORTEST_CODE <= len(code) <= LONGEST_CODE else ""


def hashed(code: str) -> str:
    """Return what is stored instead of a code: the SHA-256 of its normalised form, in hex."""
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def hint_of(code: str) -> str:
    """Return the last four characters, by which people tell cards apart."""
    return normalised(code)[-HINT:]


def masked(hint: str) -> str:
    """Return a code of which nobody can read more than its hint: XXXX-XXXX-XXXX-7F3K."""
    return "-".join(["X" * GROUP] * (LENGTH // GROUP - 1) + [hint])
