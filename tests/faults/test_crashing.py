"""The harness itself: a process that dies here dies at once, and leaves only what was committed."""

import pytest
from django.db import transaction

from foundation.models import SiteIdentity
from tests.faults.crashing import NEVER, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop_name():
    SiteIdentity.objects.create(pk=1, name="first")
    return lambda: SiteIdentity.objects.get(pk=1).name


def rename_twice(tell):
    try:
        for name in ("second", "third"):
            with transaction.atomic():
                SiteIdentity.objects.filter(pk=1).update(name=name)
            tell(name)
    finally:
        tell("tidied up")


@pytest.mark.parametrize(
    ("point", "where", "name", "told"),
    [
        (1, "before UPDATE foundation_siteidentity", "first", []),
        (2, "before COMMIT", "first", []),
        (3, "after COMMIT", "second", []),
        (4, "before UPDATE foundation_siteidentity", "second", ["second"]),
        (5, "before COMMIT", "second", ["second"]),
        (6, "after COMMIT", "third", ["second"]),
        (NEVER, "the end", "third", ["second", "third", "tidied up"]),
    ],
)
def test_each_point_leaves_what_was_committed_until_then(shop_name, point, where, name, told):
    life = live(rename_twice, die_at=point)
    assert (life.where, shop_name(), life.told) == (where, name, told)


def test_points_of_one_transaction_leave_the_same_traces(shop_name):
    whole = live(rename_twice, die_at=NEVER)
    assert whole.traces == [0, 0, 1, 2, 2, 3]
    assert [point.number for point in whole.different_points] == [2, 3, 5, 6]


def test_a_scenario_that_fails_by_itself_is_no_crash(db):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        live(lambda tell: 1 / 0, die_at=1)
