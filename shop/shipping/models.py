"""Where the shop ships and for how much; amounts in minor units of the shop's currency."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import links
from shop.addresses.places import Place

__all__ = ["Carrier", "ShippingRate", "ShippingZone", "ZoneCountry"]


# characters of a parcel's tracking address: a carrier's, and a number of which each character is quoted
LONGEST_ADDRESS = 200 + 80 * 12


class Carrier(models.Model):
    """Who brings parcels; `tracking_url` holds {number} where the tracking number goes, or is empty."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    tracking_url = models.URLField(
        _("tracking address"), blank=True, max_length=200,
        help_text=_("With {number} in place of the tracking number."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def tracking_address(self, number: str) -> str:
        """Return where a parcel can be followed; empty without a number, or with one of absurd length."""
        if not number or not self.tracking_url:
            return ""
        address = links.filled(self.tracking_url, number)
        return address if len(address) <= LONGEST_ADDRESS else ""


class ShippingZone(models.Model):
    """A group of countries, or parts of them, with the same rates, or where the shop does not ship."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_excluded = models.BooleanField(
        _("we do not ship there"), default=False,
        help_text=_("For parts of a country that another zone ships to. Rates of this zone are not offered."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ZoneCountry(Place):
    """A country in a zone, or a part of it; a place is in one zone only, and the narrowest place counts."""

    zone = models.ForeignKey(ShippingZone, models.CASCADE, related_name="countries")

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["country", "region", "postal_codes"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "postal_codes"], name="zone_place_once",
                violation_error_message=_("This place is in a zone already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.place_name


class ShippingRate(models.Model):
    """A price for parcels up to a weight, in minor units and grams."""

    zone = models.ForeignKey(ShippingZone, models.CASCADE, related_name="rates", verbose_name=_("zone"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Shown to customers, such as Parcel."))
    max_weight_grams = models.PositiveIntegerField(_("up to weight (g)"))
    price_minor = models.PositiveIntegerField(_("price"))
    from_subtotal_minor = models.PositiveIntegerField(_("from this sum of items"), default=0)
    to_subtotal_minor = models.PositiveIntegerField(_("below this sum of items"), null=True, blank=True)
    free_from_minor = models.PositiveIntegerField(_("free from this sum of items"), null=True, blank=True)
    is_pickup = models.BooleanField(_("pick-up at the shop"), default=False)
    days_from = models.PositiveSmallIntegerField(_("delivery from (days)"), default=2)
    days_to = models.PositiveSmallIntegerField(_("delivery to (days)"), default=5)

    class Meta:
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        ordering = ["zone", "name", "max_weight_grams"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "name", "max_weight_grams", "from_subtotal_minor"], name="rate_once_per_step",
                violation_error_message=_("There is such a rate for this weight and sum already."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_subtotal_minor__isnull=True)
                | models.Q(to_subtotal_minor__gt=models.F("from_subtotal_minor")),
                name="rate_sums_in_order",
                violation_error_message=_("The upper sum must be higher than the lower one."),
            ),
            models.CheckConstraint(
                condition=models.Q(days_from__lte=models.F("days_to")), name="rate_days_in_order",
                violation_error_message=_("Delivery must not end before it starts."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.zone})"

    @property
    def key(self) -> str:
        """What makes rates of a zone steps of one ladder: their name, in any case."""
        return self.name.casefold()

    def is_for(self, subtotal_minor: int) -> bool:
        """Whether it carries items worth this sum."""
        end = self.to_subtotal_minor
        return self.from_subtotal_minor <= subtotal_minor and (end is None or subtotal_minor < end)

    def price_for(self, subtotal_minor: int) -> int:
        """Return what it costs to send items worth this sum, in minor units."""
        is_free = self.free_from_minor is not None and subtotal_minor >= self.free_from_minor
        return 0 if is_free else self.price_minor
