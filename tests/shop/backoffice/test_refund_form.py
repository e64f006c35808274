"""What cannot be refunded is said next to its field, what was typed stays, and nothing goes back."""

import pytest

from shop.orders.models import Order
from shop.payments.models import Refund
from tests.builders import make_variant
from tests.shop.backoffice.refund_pages import EVERYTHING, post
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
NONE_BACK = {"what": "part", "restock": "no"}


def assert_refused(answer, *words):
    """Fail unless the page came back with these words and nothing was asked for."""
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [word for word in words if word not in page] == []
    assert "error-summary" in page
    assert "What will happen" not in page
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"restock": "no"}, "what"),
        ({"what": "nonsense", "restock": "no"}, "what"),
        ({"what": "everything"}, "restock"),
        ({"what": "everything", "restock": "maybe"}, "restock"),
        ({"what": "everything", "restock": "no", "reason": "x" * 201}, "reason"),
        ({"what": "everything", "restock": "no", "reason": "\x00"}, "reason"),
        ({"what": "part", "restock": "no"}, "what"),
        ({"what": "everything", "restock": "no", "amount": "5"}, "what"),
        ({"what": "everything", "restock": "no", "shipping": "on"}, "what"),
    ],
)
def test_a_mistake_is_named_next_to_its_field(owner_client, data, field):
    assert_refused(post(owner_client, make_order(), data), f'id="refund_{field}_error"')


BAD_AMOUNTS = [
    "50.01", "0", "0.00", "-1", "10 EUR", "€10", "$10", "10,00", "1e309", "1e2", "NaN", "sNaN", "Infinity",
    "٣", "１０", "1_0", "10.001", "9" * 5000, "ten", "1 0", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
def test_a_wrong_amount_is_named_and_kept(owner_client, typed):
    answer = post(owner_client, make_order(), NONE_BACK | {"amount": typed})
    assert_refused(answer, 'id="refund_amount_error"', f'value="{typed.replace(chr(0), "")[:40]}')


def test_an_amount_above_the_rest_says_what_is_left(owner_client):
    assert_refused(post(owner_client, make_order(), NONE_BACK | {"amount": "50.01"}), "Only $50.00 is left")


def test_an_amount_in_another_currency_says_which_one_is_meant(owner_client):
    answer = post(owner_client, make_order(), NONE_BACK | {"amount": "10 EUR"})
    assert_refused(answer, "Enter an amount in USD, such as 10.00.")


@pytest.mark.parametrize("typed", ["3", "-1", "1.5", "٢", "２", "1e0", "NaN", "two", "9" * 5000, "\x00"])
def test_wrong_units_are_named_and_kept(owner_client, typed):
    order = make_order((make_variant(), 2))
    name = f"units_{order.lines.get().pk}"
    answer = post(owner_client, order, NONE_BACK | {name: typed})
    assert_refused(answer, f'id="refund_{name}_error"', f'value="{typed.replace(chr(0), "")[:40]}')


def test_units_of_another_orders_line_are_refused(owner_client):
    order, other = make_order(), make_order()
    answer = post(owner_client, order, NONE_BACK | {f"units_{other.lines.get().pk}": "1"})
    assert_refused(answer, "not part of this order")


@pytest.mark.parametrize("name", ["units_", "units_x", "units_" + "9" * 400, "units_-1"])
def test_units_of_no_line_are_refused(owner_client, name):
    assert_refused(post(owner_client, make_order(), NONE_BACK | {name: "1"}), "not part of this order")


def test_nothing_is_restocked_without_units(owner_client):
    answer = post(owner_client, make_order(), {"what": "part", "amount": "5", "restock": "yes"})
    assert_refused(answer, 'id="refund_restock_error"', "Choose above how many units come back")


@pytest.mark.parametrize("shown_minor", ["", "-1", "many", "²", "9" * 400])
def test_a_garbled_amount_of_the_second_step_refunds_nothing(owner_client, shown_minor):
    data = EVERYTHING | {"shown_minor": shown_minor, "left_minor": "5000"}
    assert post(owner_client, make_order(), data).status_code == 200
    assert Refund.objects.count() == 0


def test_yen_have_no_decimals(owner_client):
    order = make_order()
    Order.objects.update(currency="JPY")
    answer = post(owner_client, order, NONE_BACK | {"amount": "10.50"})
    assert_refused(answer, "Enter an amount in JPY, such as 1000.")


def test_dinars_end_in_a_zero(owner_client):
    order = make_order()
    Order.objects.update(currency="KWD")
    assert_refused(post(owner_client, order, NONE_BACK | {"amount": "1.005"}), "The last decimal must be 0")
