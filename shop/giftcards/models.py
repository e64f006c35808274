"""Gift cards and the book of their movements; amounts in minor units of the card's currency."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalogue.titles import LONGEST_FULL_TITLE
from shop.money import Money

__all__ = ["GiftCard", "GiftCardMovement"]

MOST_MINOR = 1_000_000_000  # on one card: two such sums still fit into its column


def is_live() -> bool:
    """Return whether money is real here: cards of a demo or a test pay for nothing in a live shop."""
    return bool(settings.SHOP_MODE == "live")


class GiftCardQuerySet(models.QuerySet["GiftCard"]):
    """Named reads of gift cards."""

    def in_state(self, state: str) -> "GiftCardQuerySet":
        """Keep the cards of which `card.state` is this one."""
        chosen = self
        for obstacle, condition in _obstacles().items():
            if obstacle == state:
                return chosen.filter(condition)
            chosen = chosen.exclude(condition)
        return chosen

    def valid(self) -> "GiftCardQuerySet":
        """Keep the cards that may pay in this shop today, whatever is on them."""
        from_here = self.filter(is_blocked=False, currency=settings.SHOP_CURRENCY, livemode=is_live())
        return from_here.filter(Q(expires_on=None) | Q(expires_on__gte=timezone.localdate()))

    def bought_with(self, source: str) -> "GiftCardQuerySet":
        """Keep the cards of one purchase. Raises ValueError for none: these are the staff's own."""
        if not source:
            raise ValueError("A purchase has a name, such as `order 1042`.")
        return self.filter(source=source)


class GiftCard(models.Model):
    """Money paid in advance, for whoever knows the code. The code itself is stored nowhere.

    `source` names the purchase in words, such as `order 1042`; it is empty for a card that the staff issued.
    `balance_minor` changes in shop.giftcards.book alone. `expires_on` is the last day on which it pays.
    """

    class State(models.TextChoices):
        USABLE = "usable", _("Usable")
        USED_UP = "used_up", _("Used up")
        BLOCKED = "blocked", _("Blocked")
        EXPIRED = "expired", _("Expired")
        FOREIGN = "foreign", _("Not valid here")  # of another currency, or of a demo or test in a live shop

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_number = models.PositiveIntegerField(default=1, editable=False)  # how many codes it has had
    hint = models.CharField(_("code ends with"), max_length=4, editable=False)
    title = models.CharField(_("title"), max_length=LONGEST_FULL_TITLE, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    initial_minor = models.PositiveIntegerField(_("initial value"), editable=False)
    balance_minor = models.PositiveIntegerField(_("balance"), editable=False)
    recipient = models.EmailField(_("recipient"), max_length=254)
    source = models.CharField(_("bought with"), max_length=40, blank=True, editable=False)
    source_sku = models.CharField(_("SKU"), max_length=40, blank=True, editable=False)
    number_in_source = models.PositiveIntegerField(default=1, editable=False)
    livemode = models.BooleanField(_("for real money"), default=False, editable=False)
    is_blocked = models.BooleanField(_("blocked"), default=False, editable=False)
    is_blocked_by_hand = models.BooleanField(default=False, editable=False)  # stays when a dispute has ended
    expires_on = models.DateField(
        _("valid until"), null=True, blank=True,
        help_text=_("The last day on which it can pay. Empty: it never ends."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("issued by"),
    )  # fmt: skip
    note = models.CharField(
        _("note"), max_length=200, blank=True,
        help_text=_("For your own records; the recipient never sees it."),
    )  # fmt: skip

    objects = GiftCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="gift_card_never_below_zero"),
            models.CheckConstraint(condition=Q(initial_minor__gte=1), name="gift_card_has_value"),
            models.UniqueConstraint(
                fields=["source", "number_in_source"],
                condition=~Q(source=""),
                name="gift_card_once_in_source",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"

    @property
    def balance(self) -> Money:
        """What is on it now."""
        return Money(self.balance_minor, self.currency)

    @property
    def initial(self) -> Money:
        """What it was issued with."""
        return Money(self.initial_minor, self.currency)

    @property
    def state(self) -> State:
        """What stands in its way first: blocked, not of this shop, expired, empty; or that it can pay."""
        if self.is_blocked:
            return self.State.BLOCKED
        if self.currency != settings.SHOP_CURRENCY or self.livemode != is_live():
            return self.State.FOREIGN
        if self.expires_on is not None and self.expires_on < timezone.localdate():
            return self.State.EXPIRED
        return self.State.USABLE if self.balance_minor else self.State.USED_UP


def _obstacles() -> dict[str, Q]:
    """Return the conditions of `GiftCard.state`, in its order."""
    return {
        GiftCard.State.BLOCKED: Q(is_blocked=True),
        GiftCard.State.FOREIGN: ~Q(currency=settings.SHOP_CURRENCY, livemode=is_live()),
        GiftCard.State.EXPIRED: Q(expires_on__lt=timezone.localdate()),
        GiftCard.State.USED_UP: Q(balance_minor=0),
    }


class GiftCardMovement(models.Model):
    """One change of a card's balance; never edited, never deleted.

    `reference` names the cause in words: `order 1042`, or `order 1042 refund 7`, or `desk 2026-11-02 4be1f0`.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SPENT = "spent", _("Spent")
        GIVEN_BACK = "given_back", _("Given back: the order came to nothing")
        REFUNDED = "refunded", _("Refunded: what it had paid came back")
        WITHDRAWN = "withdrawn", _("Withdrawn: its purchase goes back")
        REINSTATED = "reinstated", _("Reinstated: the refund of its purchase failed")
        ADJUSTED = "adjusted", _("Changed by the staff")

    card = models.ForeignKey(GiftCard, models.PROTECT, related_name="movements", verbose_name=_("gift card"))
    delta_minor = models.IntegerField(_("change"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=80)
    attempt = models.PositiveIntegerField(default=1, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True,
        related_name="+", verbose_name=_("staff"),
    )  # fmt: skip
    note = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("gift card movement")
        verbose_name_plural = _("gift card movements")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["reference", "kind"], name="gift_card_movement_of_cause")]
        constraints = [
            models.CheckConstraint(condition=~Q(delta_minor=0), name="gift_card_movement_moves"),
            models.UniqueConstraint(
                fields=["card", "kind", "reference", "attempt"], name="gift_card_movement_once"
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(kind="issued"), name="gift_card_issued_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_kind_display()} ({self.reference})"

    @property
    def amount(self) -> str:
        """The change for people, with its sign. Reads the card."""
        sign = "+" if self.delta_minor > 0 else ""
        return sign + Money(self.delta_minor, self.card.currency).display()

    def save(self, *args: Any, **options: Any) -> None:
        """Write a new line. Raises ValueError for one that is in the book already."""
        if not self._state.adding:
            raise ValueError("The book of gift cards is only added to.")
        super().save(*args, **options)
