"""Is a SECRET_KEY one that nobody can guess? It signs carts, sessions and forms."""

import re

SHORTEST, FEWEST_DISTINCT = 50, 12  # characters; token_urlsafe(50) has 67 of 64 kinds
_KNOWN = re.compile(
    r"django-insecure|tests-only|change[-_ ]?me|secret[-_ ]?key|example|password", re.IGNORECASE
)
_REPEATED = re.compile(r"(.{1,16})\1{4,}")  # abcabcabcabcabc
HOW_TO_MAKE = (
    "at least 50 random characters, such as this prints: "
    "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
)


def is_weak(key: str) -> bool:
    """Tell whether a key is short, of few different characters, of repetitions, or a known default."""
    has_few = len(key) < SHORTEST or len(set(key)) < FEWEST_DISTINCT
    return has_few or bool(_KNOWN.search(key) or _REPEATED.search(key))
