"""Several taxes in one place, from the checkout to the last refund: named apart, never one on another."""

import csv
import datetime as dt
import io

import pytest

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.papers import pdf, reports
from shop.papers.models import Paper
from shop.payments import refunds
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import ClassRate, TaxRate
from tests.shop.checkout_builders import (
    look_at_checkout,
    order_as_shown,
    press,
    put_flute_and_book_in_cart,
    tax_books,
)
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db

QUEBEC = {"country": "CA", "region": "QC", "postal_code": "H2X 1Y4", "city": "Montréal", "line1": "Rue 1"}
SAID = {
    False: ["GST 5%</dt><dd>$4.50", "QST 9.975%</dt><dd>$5.99", "QST: no tax", "$100.49"],
    True: [
        "Total contains GST 5%</dt><dd>$4.04",
        "Total contains QST 9.975%</dt><dd>$5.20",
        "QST: no tax",
        "$90.00",
    ],
}


@pytest.fixture
def in_quebec(client):
    """Return a function that has a flute for 44.00 and a book for 22.00, which has no QST, in the cart.

    Shipping to Canada is 24.00; taxes are added to prices or contained in them.
    """
    tax_books()
    zone = ShippingZone.objects.create(name="CA")
    ZoneCountry.objects.create(zone=zone, country="CA")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=2400)
    put_flute_and_book_in_cart(client)

    def tax(*, is_inclusive):
        plain = {"country": "CA", "region": "QC", "is_inclusive": is_inclusive}
        TaxRate.objects.create(name="GST", rate_millipercent=5_000, **plain)
        qst = TaxRate.objects.create(name="QST", rate_millipercent=9_975, **plain)
        books = ClassRate.objects.values_list("tax_class", flat=True)[0]
        ClassRate.objects.create(rate=qst, tax_class_id=books, rate_millipercent=0)
        return client

    return tax


def bought(client):
    """Order what is shown and pay it."""
    page = look_at_checkout(client, **QUEBEC)
    assert order_as_shown(client, page, **QUEBEC).status_code == 303
    order = Order.objects.get()
    press(client, order, "pay")
    jobs.run_due()
    order.refresh_from_db()
    return order


def taxes_of(order):
    return list(order.taxes.values_list("name", "rate_millipercent", "base_minor", "tax_minor"))


@pytest.mark.parametrize("is_inclusive", [False, True], ids=["added", "included"])
def test_each_tax_is_named_with_its_amount_wherever_the_buyer_or_the_staff_look(
    in_quebec, owner_client, is_inclusive
):
    client = in_quebec(is_inclusive=is_inclusive)
    page = look_at_checkout(client, **QUEBEC)
    order = bought(client)
    public = client.get(order.get_absolute_url()).content.decode()
    desk = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    for part in SAID[is_inclusive]:
        assert part in page, part
        assert part in public, part
        assert part.partition("</dt>")[0] in desk, part
    mails = OutboxMail.objects.filter(recipient="ada@customer.example")
    for form in ("text", "html"):
        bodies = mails.values_list(form, flat=True)
        assert any("GST 5%" in body and "QST 9.975%" in body for body in bodies), form


def test_added_taxes_are_taken_of_the_same_net_amount_and_charged_apart(in_quebec, stripe_requests):
    order = bought(in_quebec(is_inclusive=False))
    assert taxes_of(order) == [("GST", 5_000, 9_000, 450), ("QST", 9_975, 6_000, 599), ("QST", 0, 3_000, 0)]
    assert order.total_minor == 9_000 + 450 + 599
    sessions = [params for _verb, path, params in stripe_requests.requests if path == "/v1/checkout/sessions"]
    prices = [item["price_data"] for item in sessions[-1]["line_items"]]
    asked = {price["product_data"]["name"]: int(price["unit_amount"]) for price in prices}
    assert (asked["GST 5%"], asked["QST 9.975%"]) == (450, 599)
    assert sum(asked.values()) == order.charged_minor


def test_contained_taxes_add_up_to_the_whole_that_the_price_contains(in_quebec):
    order = bought(in_quebec(is_inclusive=True))
    assert order.total_minor == 9_000
    # 60.00 contain 14.975 %, which is 7.81: 2.61 GST and 5.20 QST; 30.00 contain 5 %, which is 1.43
    assert taxes_of(order) == [
        ("GST", 5_000, 5_219 + 2_857, 261 + 143), ("QST", 9_975, 5_219, 520), ("QST", 0, 2_857, 0)
    ]  # fmt: skip
    assert order.tax_included_minor == 781 + 143


def by_tax(facts):
    """Return (name, rate) -> net amount and tax of a paper, its groups added up."""
    found = {}
    for tax in facts["taxes"]:
        base, due = found.get((tax["name"], tax["rate_millipercent"]), (0, 0))
        found[tax["name"], tax["rate_millipercent"]] = (base + tax["base_minor"], due + tax["tax_minor"])
    return found


def give_back(order, skus="", *, shipping=False, amount=None):
    """Refund a unit of each of these, the shipping, or an amount."""
    units = {line.pk: 1 for line in order.lines.all() if line.sku in skus}
    worth = refunds.proposal(order, units=units, includes_shipping=shipping).total_minor
    refunds.refund(
        order_id=order.pk, units=units, includes_shipping=shipping, amount_minor=amount, shown_minor=worth,
        restock=False, reason="", staff=None,
    )  # fmt: skip
    jobs.run_due()
    return order.papers.filter(kind=Paper.Kind.CREDIT_NOTE).latest("number")


SPLITS = [[("B",), ("Q",), ("", True)], [("", True), ("BQ",)], [1, 333, 1999], [101, ("B",), 57], []]


@pytest.mark.parametrize("is_inclusive", [False, True], ids=["added", "included"])
@pytest.mark.parametrize("split", SPLITS, ids=["units", "shipping-first", "amounts", "both", "all-at-once"])
def test_refunds_of_any_split_give_back_each_tax_of_the_invoice_to_the_minor_unit(
    in_quebec, is_inclusive, split
):
    order = bought(in_quebec(is_inclusive=is_inclusive))
    for part in split:
        if isinstance(part, int):
            give_back(order, amount=part)
        else:
            give_back(order, part[0], shipping=part[1:] == (True,))
    if refunds.left(order).total_minor:
        refunds.refund_everything(order_id=order.pk, restock=False)
        jobs.run_due()
    notes = [paper.facts for paper in order.papers.filter(kind=Paper.Kind.CREDIT_NOTE)]
    assert sum(facts["total_minor"] for facts in notes) == order.total_minor
    invoice = by_tax(order.papers.get(kind=Paper.Kind.INVOICE).facts)
    for tax, wanted in invoice.items():
        gone = [by_tax(facts)[tax] for facts in notes]
        assert (sum(base for base, _due in gone), sum(due for _base, due in gone)) == wanted
    assert list(invoice.values()) == [row[2:] for row in taxes_of(order)]


def test_a_book_alone_gives_back_the_one_tax_that_it_bore(in_quebec):
    order = bought(in_quebec(is_inclusive=False))
    note = give_back(order, "B")
    assert by_tax(note.facts) == {
        ("GST", 5_000): (2_200, 110), ("QST", 9_975): (0, 0), ("QST", 0): (2_200, 0)
    }  # fmt: skip
    says = text_of(pdf.render(note))
    assert "Contains GST 5% of $22.00" in says
    assert "9.975" not in says


def test_the_invoice_names_each_tax_and_which_goods_bear_which(in_quebec):
    order = bought(in_quebec(is_inclusive=False))
    says = " ".join(text_of(pdf.render(order.papers.get())).split())
    for part in (
        "GST 5%", "$4.50", "QST 9.975%", "$5.99", "Net amount with GST 5%", "$90.00",
        "Net amount with QST 9.975%", "$60.00", "QST: no tax", "$100.49",
    ):  # fmt: skip
        assert part in says, part
    assert says.index("5% 9.975%") < says.index("5% 0%")


def rows_of(report):
    today = dt.datetime.now(dt.UTC).date()
    period = (today - dt.timedelta(days=2), today + dt.timedelta(days=2))
    return list(csv.DictReader(io.StringIO(report(*period).lstrip("\ufeff"))))


def test_the_report_has_a_line_for_each_tax_whose_gross_amounts_add_up(in_quebec):
    order = bought(in_quebec(is_inclusive=False))
    give_back(order, "B")
    columns = ("paper", "tax", "tax rate %", "net", "tax amount", "gross")
    assert [tuple(row[name] for name in columns) for row in rows_of(reports.taxes)] == [
        ("invoice", "GST", "5.00", "90.00", "4.50", "94.50"),
        ("invoice", "QST", "9.975", "60.00", "5.99", "5.99"),
        ("invoice", "QST", "0.00", "30.00", "0.00", "0.00"),
        ("credit note", "GST", "5.00", "-22.00", "-1.10", "-23.10"),
        ("credit note", "QST", "0.00", "-22.00", "0.00", "0.00"),
    ]


def test_the_orders_report_has_a_column_for_each_tax(in_quebec):
    bought(in_quebec(is_inclusive=False))
    [row] = rows_of(reports.orders)
    assert row["tax"] == "GST 5%, QST 9.975%, QST 0%"
    assert (row["GST 5%"], row["QST 9.975%"], row["QST 0%"]) == ("4.50", "5.99", "0.00")
    assert row["tax added"] == "10.49"


def test_a_tax_that_spares_the_shipping_is_taken_of_the_goods_alone(in_quebec):
    client = in_quebec(is_inclusive=False)
    TaxRate.objects.filter(name="QST").update(covers_shipping=False)
    order = bought(client)
    assert taxes_of(order) == [("GST", 5_000, 9_000, 450), ("QST", 9_975, 4_400, 439), ("QST", 0, 2_200, 0)]
    note = give_back(order, shipping=True)
    assert by_tax(note.facts)["GST", 5_000] == (2_400, 120)
    assert by_tax(note.facts)["QST", 9_975] == (0, 0)
