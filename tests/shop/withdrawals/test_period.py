"""The period of withdrawal, as docs/returns.md tables it."""

import datetime as dt

import pytest
import time_machine

from shop.withdrawals import period, rights
from tests.builders import make_variant
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.returns_table import rows
from tests.shop.withdrawals.withdrawing import ship


def day(text):
    return None if text in {"open", "unknown"} else dt.date.fromisoformat(text)


@pytest.mark.parametrize(("event", "days", "last", "_why"), rows("Event"))
def test_a_period_ends_on_the_day_of_the_table(event, days, last, _why):
    assert period.last_day(day(event), int(days)) == day(last)


@pytest.mark.django_db
@pytest.mark.parametrize(("ordered", "parcels", "last"), rows("Units ordered"))
def test_the_last_parcel_begins_the_period(ordered, parcels, last):
    with time_machine.travel("2026-11-06T12:00Z", tick=False):
        order = make_order((make_variant(), int(ordered)))
        for parcel in parcels.split(", ") if parcels != "none" else []:
            count, delivered = parcel.split(": ")
            ship(order, int(count), delivered_on=day(delivered))
        order.refresh_from_db()
        right = rights.of(order)
    assert (right.is_open, right.goods_last_day) == (True, day(last))


def test_the_tables_are_read():
    assert (len(rows("Event")), len(rows("Units ordered"))) == (9, 6)


@pytest.mark.parametrize(
    ("year", "month", "sunday"), [(2024, 3, 31), (2025, 4, 20), (2027, 3, 28), (2038, 4, 25)]
)
def test_easter_is_where_the_calendar_has_it(year, month, sunday):
    assert period.easter_sunday(year) == dt.date(year, month, sunday)
