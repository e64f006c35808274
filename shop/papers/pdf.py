"""Invoices and credit notes as PDF, from their frozen facts alone: the same paper is the same bytes.

Source: docs/papers.md, "What a paper shows".
"""

import datetime as dt
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.orders.summary import percent
from shop.papers import letterhead, papertable
from shop.papers.facts import Facts
from shop.papers.models import Paper
from shop.papers.papertable import Column
from shop.papers.sheet import LEFT, RIGHT, SOFT, Sheet
from shop.papers.wording import money, off_lines_minor, sum_rows, tax_rows

HEADLINE_Y, TABLE_Y = 98.0, 112.0


def render(paper: Paper) -> bytes:
    """Return a paper as PDF, in the language that it was issued in. No query."""
    with translation.override(paper.facts["language"]):
        return _render(paper)


def _render(paper: Paper) -> bytes:
    facts: Facts = paper.facts
    title = f"{paper.get_kind_display()} {paper.number}"
    sheet = Sheet(
        title=title,
        author=facts["seller"]["name"],
        language=facts["language"],
        made_at=paper.issued_at.astimezone(dt.UTC),
    )
    letterhead.head(sheet, facts["seller"], facts["buyer"]["lines"])
    letterhead.references(sheet, _references(paper))
    sheet.line_at(LEFT, HEADLINE_Y, title, size=17, face="heading")
    y = sheet.lines_at(LEFT, HEADLINE_Y + 9, _introduction(paper), width=RIGHT - LEFT, colour=SOFT)
    y = _table(sheet, facts, max(TABLE_Y, y + 4))
    y = papertable.sums(sheet, y, _sums(paper))
    papertable.notes(sheet, y, _notes(paper))
    letterhead.feet(sheet, facts["seller"])
    return sheet.bytes()


def day(iso: str) -> str:
    """Return a date for people, such as 23 November 2026."""
    return date_format(dt.date.fromisoformat(iso), "j F Y") if iso else ""


def _references(paper: Paper) -> list[tuple[str, str]]:
    facts: Facts = paper.facts
    rows = [
        (str(paper.get_kind_display()), str(paper.number)),
        (_("Date"), day(facts["issued_on"])),
        (_("Order"), str(facts["order"]["number"])),
        (_("Ordered"), day(facts["order"]["ordered_on"])),
    ]
    if "payment" in facts:
        rows.append((_("Paid"), day(facts["payment"]["paid_on"])))
    return [row for row in rows if row[1]]


def _introduction(paper: Paper) -> list[str]:
    facts: Facts = paper.facts
    texts = []
    if facts["is_demo"]:
        texts.append(_("A demonstration: nothing was sold, and nothing has to be paid."))
    if first := facts.get("corrects"):
        what = {"number": first["number"], "day": day(first["issued_on"])}
        texts.append(_("Replaces invoice %(number)s of %(day)s. Only addresses are corrected.") % what)
    if about := facts.get("about"):
        about_what = {"number": about["number"], "day": day(about["issued_on"])}
        if paper.kind == Paper.Kind.CREDIT_NOTE:
            texts.append(_("Corrects invoice %(number)s of %(day)s.") % about_what)
        else:
            texts.append(_("Cancels credit note %(number)s of %(day)s.") % about_what)
        if about["reason"]:
            texts.append(_("Reason: %(reason)s") % {"reason": about["reason"]})
    return texts


def _table(sheet: Sheet, facts: Facts, y: float) -> float:
    """Draw the lines; a credit note names units, and only an invoice of an order has prices for them."""
    lines = facts["lines"]
    if "sums" not in facts:
        rows = [_units(line) for line in lines]
        columns = [Column(_("Item")), Column(_("Quantity"), width=24, align="R")]
        return papertable.draw(sheet, y, columns, rows) if rows else y
    has_discount = any(line["discount_minor"] for line in lines)
    has_rates = bool(facts["taxes"]) and len({tuple(line.get("tax_rates", ())) for line in lines}) > 1
    columns = [
        Column(_("Item")),
        Column(_("Quantity"), width=18, align="R"),
        *([Column(_("Tax"), width=16, align="R")] if has_rates else []),
        Column(_("Unit price"), width=28, align="R"),
        *([Column(_("Discount"), width=26, align="R")] if has_discount else []),
        Column(_("Amount"), width=30, align="R"),
    ]
    return papertable.draw(
        sheet, y, columns, [_priced(line, facts, has_discount, has_rates) for line in lines]
    )


def _units(line: dict[str, Any]) -> list[list[str]]:
    return [[line["title"], line["sku"]], [str(line["quantity"])]]


def _priced(line: dict[str, Any], facts: Facts, has_discount: bool, has_rates: bool) -> list[list[str]]:
    off = money(facts, -line["discount_minor"]) if line["discount_minor"] else ""
    return [
        *_units(line),
        *([_rates(line)] if has_rates else []),
        [money(facts, line["unit_price_minor"])],
        *([[off]] if has_discount else []),
        [money(facts, line["total_minor"])],
    ]


def _rates(line: dict[str, Any]) -> list[str]:
    return [percent(rate) for rate in line["tax_rates"]] or [_("none")]


def _sums(paper: Paper) -> list[papertable.Sum]:
    facts: Facts = paper.facts
    label = _("Credited") if paper.kind == Paper.Kind.CREDIT_NOTE else _("Total")
    return [
        *(sum_rows(facts) if "sums" in facts else []),
        papertable.Sum(label, money(facts, facts["total_minor"]), is_total=True),
        *tax_rows(facts),
    ]


def _notes(paper: Paper) -> list[str]:
    facts: Facts = paper.facts
    about, payment = facts.get("about"), facts.get("payment")
    if about:
        shipping = [_("Shipping is included.")] if about.get("includes_shipping") else []
        is_back = paper.kind == Paper.Kind.CREDIT_NOTE
        where = _("The amount goes back to where it was paid from.")
        if about.get("is_on_card"):
            where = _("The amount is back on the gift card that paid it.")
        return [*shipping, where] if is_back else shipping
    texts = [*_delivery_notes(facts), *_discount_notes(facts), *_tax_notes(facts)]
    if not payment or not facts["total_minor"]:
        return [*texts, _("Nothing is left to pay.")]
    return [*texts, *_payment_notes(facts, payment)]


def _delivery_notes(facts: Facts) -> list[str]:
    """Say where the order went, if that is not where the invoice goes."""
    delivery = facts.get("delivery", {})
    if not delivery.get("is_apart"):
        return []
    return [_("Delivered to: %(address)s") % {"address": ", ".join(delivery["lines"])}]


def _tax_notes(facts: Facts) -> list[str]:
    """Say why no tax is charged to a company elsewhere in the EU, and name its number."""
    number = facts["buyer"].get("vat_number", "")
    texts = [_("Your VAT number: %(number)s") % {"number": number}] if number else []
    if facts.get("is_reverse_charge"):
        texts.append(_(
            "Reverse charge: VAT exempt intra-Community supply (article 138 of Directive 2006/112/EC). The "
            "recipient accounts for the VAT."
        ))  # fmt: skip
    return texts


def _discount_notes(facts: Facts) -> list[str]:
    off_minor, code = off_lines_minor(facts), facts["sums"]["discount_code"]
    if not off_minor or not code:
        return []
    names = {"code": code, "amount": money(facts, off_minor)}
    return [_("Discount code %(code)s took %(amount)s off the items, as their lines show.") % names]


def _payment_notes(facts: Facts, payment: dict[str, Any]) -> list[str]:
    paid = {"amount": money(facts, payment["paid_minor"]), "day": day(payment["paid_on"])}
    if facts["sums"]["gift_card_minor"] == facts["total_minor"]:
        return [_("Paid with thanks by gift card on %(day)s.") % paid]
    texts = [_("Paid with thanks: %(amount)s on %(day)s.") % paid]
    if payment["reference"]:
        texts.append(_("Payment reference: %(reference)s") % {"reference": payment["reference"]})
    return texts
