"""Tax rates by destination."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.addresses.places import Place
from shop.catalogue.models import TaxClass

__all__ = ["ClassRate", "TaxRate"]


class TaxRate(Place):
    """The tax of a country or of a part of it; 1900 basis points are 19 %."""

    name = models.CharField(_("name"), max_length=40, help_text=_("Shown to customers, such as VAT."))
    rate_basis_points = models.PositiveIntegerField(
        _("rate (basis points)"), validators=[MaxValueValidator(10_000)], help_text=_("1900 is 19 %.")
    )
    is_inclusive = models.BooleanField(
        _("prices include it"), default=True,
        help_text=_("Included: stated, never added. Otherwise added at checkout."),
    )  # fmt: skip
    covers_shipping = models.BooleanField(_("applies to shipping"), default=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "region", "postal_codes"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "postal_codes"],
                name="tax_rate_once",
                violation_error_message=_("There is a rate for this place already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.country} {self.region} {self.postal_codes}".strip()


class ClassRate(models.Model):
    """What goods of a tax class bear where a tax rate applies; its other facts are those of that rate."""

    rate = models.ForeignKey(TaxRate, models.CASCADE, related_name="class_rates")
    tax_class = models.ForeignKey(TaxClass, models.CASCADE, related_name="rates", verbose_name=_("tax class"))
    rate_basis_points = models.PositiveIntegerField(
        _("rate (basis points)"), validators=[MaxValueValidator(10_000)]
    )

    class Meta:
        verbose_name = _("rate of a tax class")
        verbose_name_plural = _("rates of tax classes")
        ordering = ["tax_class__name"]
        constraints = [models.UniqueConstraint(fields=["rate", "tax_class"], name="class_rate_once")]

    def __str__(self) -> str:
        return f"{self.tax_class}: {self.rate_basis_points / 100:g} %"
