"""What the migration makes of rates in basis points, and of orders and papers that had one tax."""

import datetime as dt

import pytest

from shop.orders.models import Order
from shop.papers import pdf
from shop.papers.models import Paper
from shop.tax.models import ClassRate, TaxRate
from tests.shop.earlier_migrations import make_order, migrate, migrate_to_today
from tests.shop.papers.paper_builders import make_facts, make_line
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("shop", "0022_no_street_without_parcel")]


@pytest.fixture
def earlier():
    """The tables as they were; afterwards as they are."""
    try:
        yield migrate(BEFORE)
    finally:
        migrate_to_today()


def test_rates_of_places_and_classes_mean_the_same_in_thousandths(earlier):
    place = {"country": "US", "region": "CA", "name": "Sales tax"}
    rate = earlier.get_model("shop", "TaxRate").objects.create(rate_basis_points=725, **place)
    books = earlier.get_model("shop", "TaxClass").objects.create(name="Books")
    earlier.get_model("shop", "ClassRate").objects.create(rate=rate, tax_class=books, rate_basis_points=550)
    migrate_to_today()
    [found] = TaxRate.objects.values_list("region", "name", "rate_millipercent")
    assert found == ("CA", "Sales tax", 7_250)
    assert ClassRate.objects.get().rate_millipercent == 5_500


def test_each_line_of_an_order_bears_what_it_bore(earlier):
    numbers = [make_order(earlier, 4_400, 2_200, 5_000) for _order in range(2)]
    for order in earlier.get_model("shop", "Order").objects.order_by("number"):
        for points, base, due, shipping in ((1900, 4_034, 766, 400), (700, 2_243, 157, 200)):
            order.taxes.create(
                name="VAT", rate_basis_points=points, is_added=False, base_minor=base, tax_minor=due,
                shipping_minor=shipping,
            )  # fmt: skip
        for line, points in zip(order.lines.order_by("pk"), (1900, 700, None), strict=True):
            type(line).objects.filter(pk=line.pk).update(tax_rate_basis_points=points)
    migrate_to_today()
    for number in numbers:
        order = Order.objects.get(number=number)
        assert [line.tax_group for line in order.lines.order_by("pk")] == [0, 1, None]
        taxes = order.taxes.values_list(
            "rate_millipercent", "shares__group", "shares__base_minor", "shares__tax_minor",
            "shares__shipping_minor",
        )  # fmt: skip
        assert list(taxes) == [(19_000, 0, 4_034, 766, 400), (7_000, 1, 2_243, 157, 200)]


def test_a_paper_says_what_it_said(earlier):
    make_order(earlier, 4_400)
    order = earlier.get_model("shop", "Order").objects.get()
    rows = [(1900, 4_034, 766), (700, 2_243, 157)]
    taxes = [
        {"name": "VAT", "rate_basis_points": points, "base_minor": base, "tax_minor": due, "is_added": False}
        for points, base, due in rows
    ]
    lines = [make_line(title, tax_rate_basis_points=points) for title, points in
             (("Flute", 1900), ("Book", 700), ("Gift card", None))]  # fmt: skip
    invoice = make_facts(taxes=taxes, lines=lines)
    note = make_facts(taxes=taxes, lines=[{"sku": "F", "title": "Flute", "quantity": 1}])
    papers = earlier.get_model("shop", "Paper").objects
    at = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    for kind, facts in (("invoice", invoice), ("credit_note", note)):
        papers.create(kind=kind, number=1001, order=order, reference="order 1001", facts=facts, issued_at=at)
    migrate_to_today()
    now = Paper.objects.get(kind="invoice")
    assert [line["tax_rates"] for line in now.facts["lines"]] == [[19_000], [7_000], []]
    assert [(tax["rate_millipercent"], tax["group"]) for tax in now.facts["taxes"]] == [
        (19_000, 0),
        (7_000, 1),
    ]
    assert "basis_points" not in str(list(Paper.objects.values_list("facts")))
    says = text_of(pdf.render(now))
    for part in ("1 19% $44.00", "1 7% $44.00", "1 none $44.00", "Contains VAT 19% of $40.34", "$1.57"):
        assert part in says, part
    assert Paper.objects.get(kind="credit_note").facts["lines"] == note["lines"]
