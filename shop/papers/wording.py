"""Amounts, sums and taxes of a paper's facts in words, in the active language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from shop.money import Money
from shop.orders.summary import discount_label, tax_label
from shop.papers.facts import Facts
from shop.papers.papertable import Sum
from shop.papers.tax_shares import by_rate, not_nothing


def money(facts: Facts, amount_minor: int) -> str:
    """Return an amount in the paper's currency."""
    return Money(amount_minor, facts["currency"]).display(facts["language"])


def off_lines_minor(facts: Facts) -> int:
    """Return what the discount took off the lines, each of which states its part."""
    return sum(line["discount_minor"] for line in facts["lines"])


def sum_rows(facts: Facts) -> Iterator[Sum]:
    """Give what leads from the lines to an invoice's total; the lines are after their discounts."""
    sums = facts["sums"]
    shown = off_lines_minor(facts)
    other = sums["discount_minor"] - sums["shipping_discount_minor"] - shown
    yield Sum(_("Items"), money(facts, sums["lines_minor"] - shown))
    if other:
        yield Sum(discount_label(sums["discount_code"]), money(facts, -other))
    yield Sum(
        _("Shipping (%(name)s)") % {"name": sums["shipping_name"]}, money(facts, sums["shipping_minor"])
    )
    if sums["shipping_discount_minor"]:
        label = _("Shipping discount (%(code)s)") % {"code": sums["discount_code"]}
        yield Sum(label, money(facts, -sums["shipping_discount_minor"]))
    for tax in by_rate(facts["taxes"]):
        if tax["is_added"] and tax["rate_millipercent"]:
            yield Sum(tax_label(tax["name"], tax["rate_millipercent"]), money(facts, tax["tax_minor"]))


def tax_rows(facts: Facts) -> Iterator[Sum]:
    """Give, below the total, each tax with the net amount it was taken of, and what a gift card paid.

    A credit note leaves out the taxes that it gives nothing back of.
    """
    taxes = by_rate(facts["taxes"])
    for tax in taxes if "sums" in facts else not_nothing(taxes):
        label = tax_label(tax["name"], tax["rate_millipercent"])
        net = {"tax": label, "net": money(facts, tax["base_minor"])}
        if not tax["rate_millipercent"]:
            text = _("%(name)s: no tax") % {"name": tax["name"]}
            yield Sum(text, net["net"], is_note=True)
        elif tax["is_added"]:
            yield Sum(_("Net amount with %(tax)s") % {"tax": label}, net["net"], is_note=True)
        else:
            yield Sum(_("Contains %(tax)s of %(net)s") % net, money(facts, tax["tax_minor"]), is_note=True)
    gift_card_minor = facts["sums"]["gift_card_minor"] if "sums" in facts else 0
    if gift_card_minor:
        yield Sum(_("Paid by gift card"), money(facts, gift_card_minor), is_note=True)
