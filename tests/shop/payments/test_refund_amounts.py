"""What can go back of an order and what it is worth, from its rows."""

import pytest

from shop.payments import refunds
from shop.payments.models import Refund
from tests.builders import make_variant
from tests.shop import order_builders
from tests.shop.order_builders import make_order
from tests.shop.tax_builders import make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]
US = make_rule("Sales tax", 7250, is_inclusive=False)


@pytest.fixture
def order():
    """A paid order of three flutes at 38.00 and a drum at 55.00, shipping 6.00, prices with tax."""
    flute, drum = make_variant(price_minor=3800), make_variant(price_minor=5500)
    return make_order((flute, 3), (drum, 1))


@pytest.fixture
def us_order(monkeypatch):
    """A paid order of three flutes at 38.00, shipping 24.00, and 7.25 % tax on top: 148.01."""
    monkeypatch.setattr(order_builders, "VAT", US)
    monkeypatch.setattr(order_builders, "SHIPPING_MINOR", 2400)
    return make_order((make_variant(price_minor=3800), 3))


def ids(order):
    return list(order.lines.values_list("pk", flat=True))


def ask(order, units, amount_minor=1000, *, shipping=False):
    payment = order.payments.get()
    return refunds.request(
        payment=payment, amount_minor=amount_minor, restock=False, reason="", units=units,
        includes_shipping=shipping,
    )  # fmt: skip


def test_units_are_open_until_a_refund_pays_them_back(order):
    flute, drum = ids(order)
    assert refunds.open_units(order) == {flute: 3, drum: 1}
    ask(order, {flute: 2})
    ask(order, {drum: 1})
    assert refunds.open_units(order) == {flute: 1, drum: 0}


def test_units_of_a_refund_that_failed_are_open_again(order):
    flute, drum = ids(order)
    row = ask(order, {flute: 2}, shipping=True)
    Refund.objects.filter(pk=row.pk).update(status="failed")
    assert refunds.open_units(order) == {flute: 3, drum: 1}
    assert refunds.is_shipping_open(order)


def test_an_amount_alone_leaves_units_and_shipping_open(order):
    flute, drum = ids(order)
    ask(order, {})
    assert refunds.open_units(order) == {flute: 3, drum: 1}
    assert refunds.is_shipping_open(order)


def test_shipping_goes_back_once(order):
    ask(order, {}, shipping=True)
    assert not refunds.is_shipping_open(order)
    assert refunds.proposal(order, units={}, includes_shipping=True).total_minor == 0


def test_free_shipping_has_nothing_to_go_back(monkeypatch):
    monkeypatch.setattr(order_builders, "SHIPPING_MINOR", 0)
    assert not refunds.is_shipping_open(make_order())


def test_units_are_worth_their_price_where_it_contains_the_tax(order):
    flute, drum = ids(order)
    assert refunds.proposal(order, units={flute: 2}, includes_shipping=False).total_minor == 7600
    assert refunds.proposal(order, units={flute: 1, drum: 1}, includes_shipping=True).total_minor == 9900


def test_units_and_shipping_carry_their_share_of_added_tax(us_order):
    [flute] = ids(us_order)
    assert us_order.charged_minor == 14801
    assert refunds.proposal(us_order, units={flute: 1}, includes_shipping=False).total_minor == 4076
    assert refunds.proposal(us_order, units={}, includes_shipping=True).total_minor == 2574


def test_refunds_one_by_one_add_up_to_what_was_paid(us_order):
    [flute] = ids(us_order)
    worth = []
    for count, shipping in ((1, False), (1, True), (1, False)):
        worth.append(refunds.proposal(us_order, units={flute: count}, includes_shipping=shipping).total_minor)
        ask(us_order, {flute: count}, worth[-1], shipping=shipping)
    assert worth == [4076, 4075 + 2574, 4076]
    assert refunds.refundable_minor(us_order.payments.get()) == 0


def test_no_more_is_proposed_than_an_earlier_amount_left(order):
    flute, drum = ids(order)
    ask(order, {}, 16000)
    assert refunds.proposal(order, units={flute: 3, drum: 1}, includes_shipping=True).total_minor == 1500


def test_units_beyond_the_open_ones_are_worth_nothing_more(order):
    flute, _drum = ids(order)
    assert refunds.proposal(order, units={flute: 9}, includes_shipping=False).total_minor == 11400


def test_nothing_of_an_unpaid_order_is_worth_anything():
    order = make_order(status="pending")
    units = refunds.open_units(order)
    assert refunds.proposal(order, units=units, includes_shipping=True).total_minor == 0
    order_builders.pay(order)
    assert refunds.proposal(order, units=units, includes_shipping=True).total_minor == 5000


def test_a_proposal_costs_the_same_queries_for_many_lines(order, django_assert_num_queries):
    for paid in (make_order(), order):
        with django_assert_num_queries(7):
            refunds.proposal(paid, units={}, includes_shipping=True)
