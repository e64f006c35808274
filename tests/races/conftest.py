"""Races run on the demo's Stripe with many connections."""

from collections.abc import Iterator

import pytest
from django.db.models import QuerySet

from shop.catalogue.models import Variant
from tests.builders import make_variant
from tests.faults.stripe_side import no_webhook_by_itself
from tests.shop.checkout_builders import open_shop


@pytest.fixture
def shelf(transactional_db: None) -> Variant:
    """A variant of which three are on hand, in a shop that is open."""
    open_shop()
    return make_variant(on_hand=3)


@pytest.fixture
def quiet_stripe() -> Iterator[None]:
    """Have Stripe tell the shop nothing by itself."""
    with no_webhook_by_itself():
        yield


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the rule that rows are locked before they are read for a change."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self.all())
