"""Balances of gift cards and the book of their movements."""

from collections.abc import Iterator

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.giftcards import ledger

KINDS = frozenset({Kind.CARD_BALANCE})


def suspects(listing: Listing) -> Iterator[str]:
    """Return the cards whose movements do not add up. One query."""
    yield from map(str, ledger.differences())


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about a card. One query, so that it sees one moment."""
    for text in ledger.differences(card_id=int(key)).values():
        yield Finding(Kind.CARD_BALANCE, key, text)
