"""Discount codes: find one, say why it does not apply, use it, give it back.

Error: CodeRefused, with a sentence for the buyer. Lock order: the code's row before any variant.
Source: docs/pricing.md, "Discount codes".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import limits
from shop.discounts.models import LONGEST_CODE, DiscountCode, DiscountUse, normalised
from shop.money import Money
from shop.pricing import Discount


class CodeRefused(Exception):
    """A code that does not apply; str() tells the buyer why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line as codes see it: which variant of which product, and its total in minor units."""

    variant_id: int
    product_id: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class AppliedCode:
    """A code that applies to a cart: what it takes off, and of which variants."""

    code: str
    discount: Discount
    variant_ids: frozenset[int]


def find(text: str) -> DiscountCode | None:
    """Return the code that somebody typed, or None. One query, none for what cannot be one."""
    code = normalised(text[: 10 * LONGEST_CODE].replace("\0", ""))
    if not code or len(code) > LONGEST_CODE:
        return None
    return DiscountCode.objects.filter(code=code).first()


def is_limited_for_each(text: str) -> bool:
    """Whether each customer may use this code so often only. One query, none without a code."""
    return bool(text) and DiscountCode.objects.filter(code=text).exclude(most_uses_each=None).exists()


def apply(text: str, items: Sequence[Item], *, email: str = "", reference: str = "") -> AppliedCode:
    """Return what a typed code takes off these items. Raises CodeRefused. Up to four queries.

    `reference` names the buyer's own order that waits: its use does not stand in the way. How often a
    customer may use it is looked at when there is an e-mail address.
    """
    code = find(text)
    if code is None:
        raise CodeRefused(_("We do not know this code. Please check how it is spelled."))
    _require_running(code)
    if not DiscountUse.objects.standing().filter(code=code, reference=reference).exists():
        _require_uses_left(code)
        _require_uses_left_for(code, customer_key(email) if email else "")
    return AppliedCode(code=code.code, discount=code.discount, variant_ids=_eligible(code, items))


def _eligible(code: DiscountCode, items: Sequence[Item]) -> frozenset[int]:
    """Return the variants that a code is for. Raises CodeRefused when they are too few. At most one query."""
    chosen = [item for item in items if code.is_for_everything]
    if not code.is_for_everything:
        products = set(code.products_among([item.product_id for item in items]))
        chosen = [item for item in items if item.product_id in products]
    if not chosen:
        raise CodeRefused(_("This code is for other instruments than those in your cart."))
    if sum(item.total_minor for item in chosen) < code.minimum_minor:
        minimum = Money(code.minimum_minor, settings.SHOP_CURRENCY).display()
        raise CodeRefused(_("This code needs items worth %(minimum)s or more.") % {"minimum": minimum})
    return frozenset(item.variant_id for item in chosen)


def take(applied: AppliedCode, *, email: str) -> DiscountCode:
    """Count a use, inside the caller's transaction, which then says by record_use() whose it is.

    One guarded UPDATE locks the code's row: of several buyers for the last use exactly one changes it.
    Raises CodeRefused, also when the code takes something else off by now.
    """
    code = _take(DiscountCode.objects.filter(code=applied.code))
    _require_running(code)
    if code.discount != applied.discount:
        raise CodeRefused(_("This code has just changed."))
    _require_uses_left_for(code, customer_key(email))
    return code


def record_use(code: DiscountCode, *, reference: str, email: str) -> None:
    """Write down whose the use is that take() counted."""
    DiscountUse.objects.create(code=code, reference=reference, customer=customer_key(email))


def give_back(reference: str) -> None:
    """Give an order's use back, once: the order came to nothing. Needs the order locked."""
    use = DiscountUse.objects.standing().filter(reference=reference).first()
    if use is not None:
        DiscountCode.objects.filter(pk=use.code_id).update(uses=F("uses") - 1)
        DiscountUse.objects.filter(pk=use.pk).update(given_back_at=timezone.now())


def use_again(reference: str) -> None:
    """Count the use of an order that came to nothing and lives again. Raises CodeRefused.

    The order keeps its price even when the code has ended since. Needs the order locked.
    """
    use = DiscountUse.objects.filter(reference=reference, given_back_at__isnull=False).first()
    if use is not None:
        code = _take(DiscountCode.objects.filter(pk=use.code_id))
        _require_uses_left_for(code, use.customer)
        DiscountUse.objects.filter(pk=use.pk).update(given_back_at=None)


def customer_key(email: str) -> str:
    """Return what a customer's uses are counted by: the keyed hash of the e-mail address."""
    return limits.keyed_hash(f"discount {email.strip().casefold()}")


def _take(codes: QuerySet[DiscountCode]) -> DiscountCode:
    left = codes.filter(Q(most_uses=None) | Q(most_uses__gt=F("uses")))
    if left.update(uses=F("uses") + 1) != 1:
        raise CodeRefused(used_up())
    return codes.get()


def _require_running(code: DiscountCode) -> None:
    if not code.is_running:
        raise CodeRefused(_("This code is not valid today."))


def _require_uses_left(code: DiscountCode) -> None:
    if code.most_uses is not None and code.uses >= code.most_uses:
        raise CodeRefused(used_up())


def _require_uses_left_for(code: DiscountCode, customer: str) -> None:
    """Raise CodeRefused when this customer has used the code up; nobody known is let through."""
    if code.most_uses_each is None or not customer:
        return
    if code.all_uses.standing().filter(customer=customer).count() >= code.most_uses_each:
        raise CodeRefused(_("You have used this code before."))


def used_up() -> str:
    """Return what a buyer reads who comes too late for a code."""
    return _("This code has been used up.")
