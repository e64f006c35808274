"""Fixtures of the shop's tests."""

from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture
def in_a_transaction(db: None) -> Iterator[None]:
    """Call what is tested inside a transaction, as whoever changes stock, orders or gift cards must."""
    with transaction.atomic():
        yield
