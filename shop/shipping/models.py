"""Where the shop ships and for how much."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

__all__ = ["ShippingRate", "ShippingZone", "ZoneCountry"]


class ShippingZone(models.Model):
    """A group of countries with the same rates."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ZoneCountry(models.Model):
    """A country in a zone; a country is in one zone only."""

    zone = models.ForeignKey(ShippingZone, models.CASCADE, related_name="countries")
    country = CountryField(_("country"), unique=True)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["country"]

    def __str__(self) -> str:
        return str(countries.name(str(self.country)))


class ShippingRate(models.Model):
    """A price for parcels up to a weight, in minor units and grams."""

    zone = models.ForeignKey(ShippingZone, models.CASCADE, related_name="rates", verbose_name=_("zone"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Shown to customers, such as Parcel."))
    max_weight_grams = models.PositiveIntegerField(_("up to weight (g)"))
    price_minor = models.PositiveIntegerField(_("price"))
    days_from = models.PositiveSmallIntegerField(_("delivery from (days)"), default=2)
    days_to = models.PositiveSmallIntegerField(_("delivery to (days)"), default=5)

    class Meta:
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        ordering = ["zone", "name", "max_weight_grams"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "name", "max_weight_grams"], name="rate_once_per_weight"
            ),
            models.CheckConstraint(
                condition=models.Q(days_from__lte=models.F("days_to")), name="rate_days_in_order",
                violation_error_message=_("Delivery must not end before it starts."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.zone})"
