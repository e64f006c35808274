"""Counters of stock: on hand and the book of movements, reserved and the orders that hold."""

from collections.abc import Iterator

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.orders import holds
from shop.stock import ledger

KINDS = frozenset({Kind.ON_HAND, Kind.RESERVED})


def suspects(listing: Listing) -> Iterator[str]:
    """Return the variants whose counters are wrong. Two queries."""
    yield from map(str, {**ledger.differences(), **holds.differences()})


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about a variant. Two queries, each of which sees one moment."""
    for kind, found in (
        (Kind.ON_HAND, ledger.differences(variant_id=int(key))),
        (Kind.RESERVED, holds.differences(variant_id=int(key))),
    ):
        yield from (Finding(kind, key, text) for text in found.values())
