"""VAT numbers of the European Union: which are well made, and when one shifts the tax to the buyer.

A number is checked by its country's own rules and check digits (python-stdnum), not asked about at the EU's
VIES service. Source: Directive 2006/112/EC, articles 138, 196 and 214; docs/pricing.md, "Reverse charge".
"""

from django.utils.translation import gettext as _
from django_countries import countries
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from foundation.models import SiteIdentity

LONGEST = 20
_AS_ISO = {"EL": "GR", "XI": "GB"}  # Greece writes EL; Northern Ireland XI, for goods alone
MEMBER_STATES = frozenset(
    _AS_ISO.get(code.upper(), code.upper()) for code in vat.MEMBER_STATES if code.upper() != "XI"
)
_PREFIXES = frozenset(code.upper() for code in vat.MEMBER_STATES)  # not EU, IM: numbers of one-stop shops


def normalised(text: str) -> str:
    """Return a valid number as it is written, such as ATU13585627; an empty text for any other."""
    try:
        number = str(vat.validate(text[: 3 * LONGEST]))
    except (ValidationError, ValueError):
        return ""
    if number[:2] not in _PREFIXES | {"EL"}:
        return ""
    return number if number[:2] != "GR" else f"EL{number[2:]}"


def country_of(number: str) -> str:
    """Return the ISO code of the country that gave a normalised number."""
    return _AS_ISO.get(number[:2], number[:2])


def is_offered() -> bool:
    """Whether buyers can enter a number: the shop's own tax number is one. No query when warm."""
    return bool(own())


def own() -> str:
    """Return the shop's own VAT number, empty unless it is one of a member state. No query when warm."""
    number = normalised(SiteIdentity.current().tax_number)
    return "" if number.startswith("XI") else number


def problem(text: str, country: str, *, is_billed_apart: bool = False) -> str:
    """Return why a typed number cannot stand on an invoice to this country, or an empty text.

    With `is_billed_apart` the country is that of a billing address, else the order goes there.
    """
    if not text.strip():
        return ""
    number = normalised(text)
    if not number:
        return _("This is not a VAT number of the European Union. It begins with two letters, such as DE.")
    if country_of(number) != country:
        names = {"one": countries.name(country_of(number)), "other": countries.name(country)}
        if is_billed_apart:
            return _("This number is of %(one)s, but the billing address is in %(other)s.") % names
        return _("This number is of %(one)s, but the order goes to %(other)s.") % names
    return ""


def shifts_tax(number: str, country: str) -> bool:
    """Whether the buyer owes the tax instead of the shop, for goods that go to this country.

    The goods leave the shop's member state for another one, and the buyer's number is of another one than the
    shop's, though not always of the one that the goods go to. Of the United Kingdom only Northern Ireland
    counts, which a number of its own tells.
    """
    mine, its, to = own(), normalised(number), country.upper()
    if not mine or not its or country_of(its) == country_of(mine):
        return False
    if to == "GB":
        return country_of(its) == to
    return to in MEMBER_STATES and to != country_of(mine)
