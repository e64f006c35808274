"""Named taxes by destination, and their rates."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.addresses.places import Place
from shop.catalogue.models import TaxClass
from shop.taxing import WHOLE

__all__ = ["ClassRate", "TaxRate"]


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    """Named reads of tax rates."""

    def of_place(self, country: str, region: str = "", postal_codes: str = "") -> "TaxRateQuerySet":
        """Keep the taxes of exactly this place, parts as they are kept; without parts of all the country."""
        return self.filter(country=country, region=region, postal_codes=postal_codes)


class TaxRate(Place):
    """One tax of a place: a country or a part of it; 19,000 thousandths of a percent are 19 %.

    A place may have several, told apart by their names. All of them are contained in prices, or all are
    added: a mix would tax an amount that depends on the other tax.
    """

    name = models.CharField(_("name"), max_length=40, help_text=_("Shown to customers, such as VAT."))
    rate_millipercent = models.PositiveIntegerField(
        _("rate (thousandths of a percent)"), validators=[MaxValueValidator(WHOLE)],
        help_text=_("19000 is 19 %."),
    )  # fmt: skip
    is_inclusive = models.BooleanField(
        _("prices include it"), default=True,
        help_text=_("Included: stated, never added. Otherwise added at checkout."),
    )  # fmt: skip
    covers_shipping = models.BooleanField(_("applies to shipping"), default=True)

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "region", "postal_codes", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "postal_codes", "name"],
                name="tax_rate_once",
                violation_error_message=_("This place has a tax of this name already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.country} {self.region} {self.postal_codes}".strip()


class ClassRate(models.Model):
    """What goods of a tax class bear of a tax of a place; its other facts are those of that tax."""

    rate = models.ForeignKey(TaxRate, models.CASCADE, related_name="class_rates")
    tax_class = models.ForeignKey(TaxClass, models.CASCADE, related_name="rates", verbose_name=_("tax class"))
    rate_millipercent = models.PositiveIntegerField(
        _("rate (thousandths of a percent)"), validators=[MaxValueValidator(WHOLE)]
    )

    class Meta:
        verbose_name = _("rate of a tax class")
        verbose_name_plural = _("rates of tax classes")
        ordering = ["tax_class__name"]
        constraints = [models.UniqueConstraint(fields=["rate", "tax_class"], name="class_rate_once")]

    def __str__(self) -> str:
        return f"{self.tax_class}: {self.rate_millipercent / 1000:g} %"
