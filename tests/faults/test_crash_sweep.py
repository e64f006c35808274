"""Wherever the process dies between "Order and pay" and the end, money and stock agree afterwards."""

import pytest

from tests.faults import scenarios
from tests.faults.sweeping import sweep_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scenario", scenarios.ALL, ids=lambda scenario: scenario.__name__)
def test_whenever_the_process_dies_everything_adds_up_again(scenario):
    sweep = sweep_over(scenario)
    assert sweep.failures == []
    assert len(sweep.places) > 10, "so few crash points: has the harness missed some?"
