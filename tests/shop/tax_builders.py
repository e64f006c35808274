"""Tax rules without a database: of one tax, or of several."""

from collections.abc import Mapping

from shop.taxing import Tax, TaxRule

NO_TAX = TaxRule()


def make_rule(
    name: str = "VAT",
    rate_millipercent: int = 19_000,
    *,
    is_inclusive: bool = True,
    covers_shipping: bool = True,
    class_rates: Mapping[int, int] | None = None,
    is_reverse_charge: bool = False,
) -> TaxRule:
    """Make the rule of a place with one tax."""
    tax = Tax(name, rate_millipercent, covers_shipping, class_rates or {})
    return TaxRule((tax,), is_inclusive, is_reverse_charge)


def quebec(*, is_inclusive: bool = False, class_rates: Mapping[int, int] | None = None) -> TaxRule:
    """Make the rule of a place with two taxes; the class rates are those of the second."""
    taxes = (Tax("GST", 5_000), Tax("QST", 9_975, class_rates=class_rates or {}))
    return TaxRule(taxes, is_inclusive)
