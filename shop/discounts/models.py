"""Discount codes and their uses; amounts in minor units of the shop's currency."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.signals import m2m_changed
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Collection, Product
from shop.money import Money
from shop.pricing import BASIS, Discount

__all__ = ["DiscountCode", "DiscountUse"]

LONGEST_CODE = 40


def normalised(text: str) -> str:
    """Return a code as it is stored and compared, whatever case and spaces it was typed with."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


class DiscountCodeQuerySet(models.QuerySet["DiscountCode"]):
    """Named reads of discount codes."""

    def for_nothing(self) -> "DiscountCodeQuerySet":
        """Keep the codes for chosen things of which none is left."""
        products = DiscountCode.products.through.objects.filter(discountcode=OuterRef("pk"))
        collections = DiscountCode.collections.through.objects.filter(discountcode=OuterRef("pk"))
        return self.filter(~Exists(products), ~Exists(collections), scope=DiscountCode.Scope.CHOSEN)


class DiscountCode(models.Model):
    """A word that takes something off an order.

    One for chosen things stays for them: once they are all deleted it applies to nothing. `uses` counts
    the orders that hold or used it; it changes in shop.discounts.codes alone.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("everything in the shop")
        CHOSEN = "chosen", _("only the products and collections chosen below")

    class Kind(models.TextChoices):
        PERCENT = "percent", _("Percentage")
        AMOUNT = "amount", _("Fixed amount")
        FREE_SHIPPING = "shipping", _("Free shipping")

    code = models.CharField(
        _("code"), max_length=LONGEST_CODE, unique=True,
        help_text=_("Such as WELCOME10. Buyers may type it in small letters and with spaces."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PERCENT)
    percent_basis_points = models.PositiveIntegerField(_("percentage"), default=0)
    amount_minor = models.PositiveIntegerField(_("amount"), default=0)
    scope = models.CharField(_("applies to"), max_length=10, choices=Scope.choices, default=Scope.ALL)
    products = models.ManyToManyField(
        Product, blank=True, related_name="+", verbose_name=_("only these products")
    )
    collections = models.ManyToManyField(
        Collection, blank=True, related_name="+", verbose_name=_("only these collections")
    )
    minimum_minor = models.PositiveIntegerField(_("from this sum of items"), default=0)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    most_uses = models.PositiveIntegerField(
        _("uses in all"), null=True, blank=True, help_text=_("Empty: as often as you like.")
    )
    most_uses_each = models.PositiveIntegerField(
        _("uses for each customer"), null=True, blank=True,
        help_text=_("Customers are told apart by their e-mail address. Empty: as often as you like."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DiscountCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")
        ordering = ["-created_at", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="percent", percent_basis_points__range=(1, BASIS), amount_minor=0)
                | Q(kind="amount", amount_minor__gte=1, percent_basis_points=0)
                | Q(kind="shipping", percent_basis_points=0, amount_minor=0),
                name="discount_code_takes_one_thing_off",
                violation_error_message=_("Say how much it takes off, once: a percentage, or an amount."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="discount_code_ends_after_start",
                violation_error_message=_("It must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **options: Any) -> None:
        """Store the code as it is compared."""
        self.code = normalised(self.code)
        super().save(*args, **options)

    @property
    def is_for_everything(self) -> bool:
        """Whether it applies to every product."""
        return self.scope == self.Scope.ALL

    def products_among(self, product_ids: Iterable[int]) -> set[int]:
        """Return those of these products that it applies to. One query."""
        chosen = Q(pk__in=self.products.values("pk")) | Q(collections__in=self.collections.values("pk"))
        return set(Product.objects.filter(chosen, pk__in=list(product_ids)).values_list("pk", flat=True))

    @property
    def discount(self) -> Discount:
        """What it takes off, for the arithmetic."""
        return Discount(
            percent_basis_points=self.percent_basis_points,
            amount_minor=self.amount_minor,
            is_shipping_free=self.kind == self.Kind.FREE_SHIPPING,
        )

    @property
    def effect(self) -> str:
        """What it takes off, for people: such as "10%", "$5.00" or "Free shipping"."""
        if self.kind == self.Kind.PERCENT:
            return f"{self.percent_basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"
        if self.kind == self.Kind.AMOUNT:
            return Money(self.amount_minor, settings.SHOP_CURRENCY).display()
        return str(self.get_kind_display())

    @property
    def is_running(self) -> bool:
        """Whether it is active, has started and has not ended."""
        now = timezone.now()
        has_started = self.starts_at is None or self.starts_at <= now
        return self.is_active and has_started and (self.ends_at is None or now < self.ends_at)


def narrow(*, instance: DiscountCode, action: str, **_options: Any) -> None:
    """Limit a code to what is chosen for it, whoever chooses: no form and no script can forget it."""
    if action == "post_add" and instance.is_for_everything:
        instance.scope = DiscountCode.Scope.CHOSEN
        DiscountCode.objects.filter(pk=instance.pk).update(scope=instance.scope)


m2m_changed.connect(narrow, sender=DiscountCode.products.through)
m2m_changed.connect(narrow, sender=DiscountCode.collections.through)


class DiscountUseQuerySet(models.QuerySet["DiscountUse"]):
    """Named reads of uses."""

    def standing(self) -> "DiscountUseQuerySet":
        """Leave out what was given back."""
        return self.filter(given_back_at=None)


class DiscountUse(models.Model):
    """An order's use of a code; the order is named by text. `customer` is the keyed hash of its e-mail."""

    code = models.ForeignKey(DiscountCode, models.PROTECT, related_name="all_uses")
    reference = models.CharField(max_length=40, unique=True)
    customer = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    given_back_at = models.DateTimeField(null=True, blank=True)

    objects = DiscountUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a discount code")
        verbose_name_plural = _("uses of discount codes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["code", "customer"], name="discount_use_of_customer")]

    def __str__(self) -> str:
        return f"{self.code_id}: {self.reference}"
