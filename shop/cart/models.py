"""A guest's cart. Nothing in it is held: stock is reserved at "Order and pay"."""

import secrets

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Variant
from shop.catalogue.price_rules import UnitPrice
from shop.giftcards.models import GiftCard
from shop.orders.models import Order

__all__ = ["Cart", "CartGiftCard", "CartLine"]


def new_token() -> str:
    """Return a token of 192 random bits that names a cart to its browser."""
    return secrets.token_urlsafe(24)


class Cart(models.Model):
    """Lines a guest means to buy, kept `CART_LIFETIME` from its last change.

    `discount_code` is what the buyer typed and the shop took; whether it still applies is asked each time.
    `typed` is what was typed at the checkout, `reply` what the last form is told: JSON as text, since
    PostgreSQL's own takes no NUL. They are for checkout/kept.py and replies.py.
    `order` is the order made from it last; what was ordered leaves the cart once that order is paid.
    """

    token = models.CharField(max_length=43, unique=True, default=new_token)
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="carts")
    discount_code = models.CharField(_("discount code"), max_length=40, blank=True)
    typed = models.TextField(blank=True, editable=False)
    reply = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")

    def __str__(self) -> str:
        return f"cart {self.pk}"

    @property
    def is_bought(self) -> bool:
        """Whether the order made from this cart was paid: what it still holds was put in since."""
        return self.order is not None and self.order.paid_at is not None

    @property
    def waiting_reference(self) -> str:
        """How codes and gift cards name the order of this cart that is not paid yet; empty without one."""
        return "" if self.order is None or self.is_bought else self.order.reference

    @property
    def is_expired(self) -> bool:
        """Whether the cart is older than the shop keeps carts."""
        return timezone.now() - self.changed_at > settings.CART_LIFETIME


class CartLine(models.Model):
    """So many units of one variant. Its price is not kept here: basket.lines_of() sets it."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])

    price: UnitPrice  # set by basket.lines_of(): what a unit costs now, in the quantity of the whole cart

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cart_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"

    @property
    def total_minor(self) -> int:
        """Unit price times quantity, in minor units. The line came from basket.lines_of()."""
        return self.price.minor * self.quantity


class CartGiftCard(models.Model):
    """A gift card that the buyer means to pay with; nothing of it is held before "Order and pay"."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="gift_cards")
    card = models.ForeignKey(GiftCard, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cart", "card"], name="cart_gift_card_once")]

    def __str__(self) -> str:
        return str(self.card)
