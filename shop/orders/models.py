"""Orders: lines, addresses and totals frozen at "Order and pay". Status changes in lifecycle.py."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from shop.catalogue.models import Variant
from shop.catalogue.titles import LONGEST_FULL_TITLE
from shop.catalogue.withdrawal_rules import EXCLUDED, WithdrawalRule
from shop.money import Money
from shop.orders.history import OrderEvent, OrderNote
from shop.orders.shipments import Shipment, ShipmentLine

__all__ = [
    "NumberSequence", "Order", "OrderEvent", "OrderLine", "OrderNote", "OrderTax", "Shipment", "ShipmentLine",
]  # fmt: skip


def new_token() -> str:
    """Return an unguessable order token of 192 random bits."""
    return secrets.token_urlsafe(24)


class NumberSequence(models.Model):
    """The next number of a gapless series; its row is locked last."""

    name = models.CharField(max_length=20, primary_key=True)
    next_number = models.PositiveIntegerField(default=1001)

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """What a customer bought, at the prices of that moment; all amounts in minor units.

    `is_called_off`: the buyer or the staff cancelled it; money that still arrives goes back. `gift_cards`
    names the cards that paid by their last characters; what came back to them is `gift_card_returned_minor`.
    What needs no parcel has no street. Without a `billing_country` the invoice carries the delivery's
    address; `company` stands on the invoice.
    `standard_shipping_minor` is what the cheapest delivery on offer cost; `withdrawal_days` was promised.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for payment")
        PAID = "paid", _("Paid")
        CANCELLED = "cancelled", _("Cancelled")

    class Fulfilment(models.TextChoices):
        UNFULFILLED = "unfulfilled", _("To ship")
        PARTIAL = "partial", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")

    class Hold(models.TextChoices):
        HELD = "held", _("Held")
        RELEASED = "released", _("Released")
        CONSUMED = "consumed", _("Sold")

    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=12, choices=Fulfilment.choices, default=Fulfilment.UNFULFILLED
    )
    hold = models.CharField(_("stock"), max_length=10, choices=Hold.choices, default=Hold.HELD)
    is_called_off = models.BooleanField(_("called off"), default=False, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120)
    line1 = models.CharField(_("address"), max_length=120, blank=True)
    line2 = models.CharField(_("address, second line"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    country = CountryField(_("country"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True)
    billing_name = models.CharField(_("name on the invoice"), max_length=120, blank=True)
    billing_line1 = models.CharField(_("billing address"), max_length=120, blank=True)
    billing_line2 = models.CharField(_("billing address, second line"), max_length=120, blank=True)
    billing_postal_code = models.CharField(_("billing postal code"), max_length=20, blank=True)
    billing_city = models.CharField(_("billing city"), max_length=80, blank=True)
    billing_region = models.CharField(_("billing state or region"), max_length=80, blank=True)
    billing_country = CountryField(_("billing country"), blank=True)

    shipping_name = models.CharField(_("shipping"), max_length=80)
    is_pickup = models.BooleanField(_("pick-up"), default=False)
    is_by_email = models.BooleanField(_("sent by e-mail alone"), default=False)
    delivery_days_from = models.PositiveSmallIntegerField(null=True, blank=True)
    delivery_days_to = models.PositiveSmallIntegerField(null=True, blank=True)
    standard_shipping_minor = models.PositiveIntegerField(null=True, blank=True)
    withdrawal_days = models.PositiveSmallIntegerField(default=14)
    is_reverse_charge = models.BooleanField(_("reverse charge"), default=False)
    currency = models.CharField(max_length=3)
    lines_minor = models.PositiveIntegerField()
    discount_code = models.CharField(_("discount code"), max_length=40, blank=True)
    discount_minor = models.PositiveIntegerField(default=0)
    shipping_discount_minor = models.PositiveIntegerField(default=0)
    shipping_minor = models.PositiveIntegerField()
    tax_added_minor = models.PositiveIntegerField(default=0)
    tax_included_minor = models.PositiveIntegerField(default=0)
    shipping_tax_added_minor = models.PositiveIntegerField(default=0)
    total_minor = models.PositiveIntegerField()
    gift_card_minor = models.PositiveIntegerField(default=0)
    gift_cards = models.CharField(_("gift cards"), max_length=80, blank=True)
    charged_minor = models.PositiveIntegerField()
    refunded_minor = models.PositiveIntegerField(default=0, editable=False)
    gift_card_returned_minor = models.PositiveIntegerField(default=0, editable=False)

    created_at = models.DateTimeField(_("ordered at"), auto_now_add=True, db_index=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total_minor=F("lines_minor")
                    - F("discount_minor")
                    + F("shipping_minor")
                    + F("tax_added_minor")
                ),
                name="order_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(total_minor=F("gift_card_minor") + F("charged_minor")),
                name="order_is_paid_in_full",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("total_minor")), name="order_refund_bounded"
            ),
            models.CheckConstraint(
                condition=Q(gift_card_returned_minor__lte=F("gift_card_minor")),
                name="order_gift_card_return_bounded",
            ),
            models.CheckConstraint(
                condition=Q(billing_country="", billing_name="", billing_line1="", billing_city="")
                | ~Q(billing_country="") & ~Q(billing_name=""),
                name="order_billing_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    def get_absolute_url(self) -> str:
        """Return the order's own page, for whoever holds its token."""
        return reverse("shop:order-detail", args=[self.token])

    @property
    def site_url(self) -> str:
        """The order's page as a full address, for mails and for Stripe."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    @property
    def is_for_consumer(self) -> bool:
        """Whether a person bought it, not a company: those give their VAT number."""
        return not (self.vat_number or self.is_reverse_charge)

    @property
    def has_other_billing(self) -> bool:
        """Whether the invoice goes to another address than the order."""
        return bool(self.billing_country)

    @property
    def withdrawal_url(self) -> str:
        """Where its buyer can withdraw, as a full address for mails; empty for who has no such right."""
        if not self.is_for_consumer or self.status == Order.Status.CANCELLED:
            return ""
        return f"{settings.SITE_URL}{reverse('shop:withdraw', args=[self.token])}"

    @property
    def reference(self) -> str:
        """How stock movements name this order."""
        return f"order {self.number}"

    @property
    def total(self) -> Money:
        """The total as money."""
        return Money(self.total_minor, self.currency)

    @property
    def is_refunded(self) -> bool:
        """Whether all that was paid, by money and by gift card, went back."""
        went_back = self.refunded_minor >= self.charged_minor
        return went_back and self.gift_card_returned_minor == self.gift_card_minor and self.total_minor > 0

    @property
    def public_status(self) -> str:
        """pending, paid, cancelled or refunded: what the order page says."""
        return "refunded" if self.is_refunded else self.status


class OrderLine(models.Model):
    """A frozen line; the variant may change or go, the line stays as bought.

    It bears the taxes that have a share of its `tax_group`, None for no tax; `gift_value_minor` is what each
    unit is worth as a gift card, 0 for all other goods. `withdrawn_until` counts the units that are gone with
    the latest withdrawal: those that were refunded before, and those withdrawn; refunds pay these back first.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    sku = models.CharField(_("SKU"), max_length=40)
    title = models.CharField(_("title"), max_length=LONGEST_FULL_TITLE)
    unit_price_minor = models.PositiveIntegerField(_("price"))
    quantity = models.PositiveIntegerField(_("quantity"))
    returned_quantity = models.PositiveIntegerField(_("back in stock"), default=0, editable=False)
    total_minor = models.PositiveIntegerField(_("total"))
    discount_minor = models.PositiveIntegerField(_("discount"), default=0)
    tax_group = models.PositiveSmallIntegerField(null=True, blank=True)
    tax_added_minor = models.PositiveIntegerField(default=0)
    gift_value_minor = models.PositiveIntegerField(default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    withdrawal_rule = models.CharField(
        max_length=13, blank=True, choices=WithdrawalRule.choices, default=WithdrawalRule.ALLOWED
    )
    withdrawn_until = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_not_empty"),
            models.CheckConstraint(
                condition=Q(discount_minor__lte=F("total_minor")), name="order_line_discount_bounded"
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("quantity")), name="order_line_return_bounded"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_until__lte=F("quantity")), name="order_line_withdrawal_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.title}"

    @property
    def net_minor(self) -> int:
        """What the line comes to after its discount, in minor units of the order's currency."""
        return self.total_minor - self.discount_minor

    @property
    def is_gift_card(self) -> bool:
        """Whether its units are gift cards: sent by e-mail, never in a parcel."""
        return self.gift_value_minor > 0

    @property
    def is_excluded_from_withdrawal(self) -> bool:
        """Whether nobody can withdraw from it, such as what was made to order."""
        return self.withdrawal_rule in EXCLUDED


class OrderTax(models.Model):
    """What one tax at one rate comes to in an order: on a net amount, added or contained, in minor units.

    `shipping_minor` is the part of the shipping, after discounts, that bears it; the rate is in thousandths
    of a percent.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="taxes")
    name = models.CharField(max_length=40)
    rate_millipercent = models.PositiveIntegerField()
    is_added = models.BooleanField()
    base_minor = models.PositiveIntegerField()
    tax_minor = models.PositiveIntegerField()
    shipping_minor = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "name", "rate_millipercent"], name="order_tax_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.rate_millipercent}"
