"""Statements of withdrawal from a contract; statements.py writes them. Source: docs/returns.md."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order, OrderLine
from shop.payments.models import Refund, RefundLine

__all__ = ["Withdrawal", "WithdrawalLine"]


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    """Named reads of withdrawals."""

    def standing(self) -> "WithdrawalQuerySet":
        """Keep those that the shop has not refused."""
        return self.filter(refused_at=None)

    def to_refund(self) -> "WithdrawalQuerySet":
        """Keep those of paid orders with units that no refund pays back yet."""
        return self.standing().filter(Exists(_unpaid_lines()), order__status=Order.Status.PAID)


def _unpaid_lines() -> models.QuerySet["WithdrawalLine"]:
    back = RefundLine.objects.filter(order_line=OuterRef("order_line")).order_by()
    standing = back.exclude(refund__status=Refund.Status.FAILED).values("order_line")
    refunded = Coalesce(Subquery(standing.annotate(sum=Sum("quantity")).values("sum")), 0)
    return WithdrawalLine.objects.filter(withdrawal=OuterRef("pk"), until__gt=refunded)


class Withdrawal(models.Model):
    """What a buyer stated: from which units of an order they withdraw, and where the receipt goes.

    `key` is that of the form, so that one sent twice states once. Whether it was paid back follows from the
    refunds; `goods_back_at` and `refused_at` are the staff's.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="withdrawals", verbose_name=_("order"))
    key = models.CharField(max_length=32, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    goods_back_at = models.DateTimeField(_("goods back at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refusal_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="withdrawal_stated_once")]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class WithdrawalLine(models.Model):
    """Units of an order's line from which the buyer withdraws.

    `until` is what OrderLine.withdrawn_until became with them: once so many are refunded, so are they.
    """

    withdrawal = models.ForeignKey(Withdrawal, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="withdrawal_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    until = models.PositiveIntegerField(editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "order_line"], name="withdrawal_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="withdrawal_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line}"
