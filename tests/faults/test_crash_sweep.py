"""Wherever the process dies on the way to paid, or on the money's way back, all agrees again afterwards."""

import pytest

from tests.faults import paying_by_card, selling, sending_back
from tests.faults.sweeping import sweep_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "scenario", [*selling.ALL, *sending_back.ALL, *paying_by_card.ALL], ids=lambda scenario: scenario.__name__
)
def test_whenever_the_process_dies_everything_adds_up_again(scenario):
    sweep = sweep_over(scenario)
    assert sweep.failures == []
    assert len(sweep.places) > 10, "so few crash points: has the harness missed some?"
