"""Orders by what the staff has at hand: also telephone numbers, however written, and invoice numbers."""

import re

from django.db.models import Q

from foundation.folding import fold

FIELDS = (
    "number", "name", "company", "billing_name", "email", "postal_code__together",
    "billing_postal_code__together", "lines__sku", "shipments__tracking_number__together",
    "=papers__number",
)  # fmt: skip
FEWEST_DIGITS = 5  # of a part of a telephone number; fewer would find too many
COUNTRY_CODES = (1, 2, 3)  # digits

_NAMED = re.compile(r"^(?:#|(?:order|invoice|credit note)\s+(?:no\.?\s*)?#?)\s*(?=\d)", re.IGNORECASE)
_TELEPHONE = re.compile(r"[+\d\s\-./()]+")


def number_of(term: str) -> str:
    """Return the number alone of `#1042`, `order 1042` or `Invoice no. 7`; other terms as they are."""
    return _NAMED.sub("", term.strip())


def telephone(term: str) -> Q | None:
    """Return the condition of orders whose telephone number holds this one; None for what is none.

    `+49 171 …`, `0049 171 …` and `0171 …` are the same; staff may know a part of it.
    """
    typed = fold(term).strip()
    digits = "".join(letter for letter in typed if letter.isdecimal())
    if len(digits) < FEWEST_DIGITS or not _TELEPHONE.fullmatch(typed):
        return None
    national = digits.lstrip("0")
    forms = {digits, national}
    if typed.startswith(("+", "00")):
        forms |= {national[count:].lstrip("0") for count in COUNTRY_CODES}
    wanted = Q()
    for form in sorted(form for form in forms if len(form) >= FEWEST_DIGITS):
        wanted |= Q(phone__together=form)
    return wanted or None
