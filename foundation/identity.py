"""Who the shop is: name, address and tax number, set in one place and shown everywhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from foundation import freshness


class SiteIdentity(models.Model):
    """One row: the shop's name, legal address and contact."""

    name = models.CharField(_("shop name"), max_length=80, default="Kora")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=120, blank=True)
    line1 = models.CharField(_("address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = CountryField(_("country"), default="DE")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    has_been_live = models.BooleanField(editable=False, default=False)

    class Meta:
        verbose_name = _("shop details")
        verbose_name_plural = _("shop details")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="identity_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "SiteIdentity":
        """Return the one row, made with defaults the first time. One query when it exists."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def current(cls) -> "SiteIdentity":
        """Return the one row as pages show it; shared, read-only. No query when warm, never a write."""
        return freshness.remember("identity", lambda: cls.objects.filter(pk=1).first() or cls(pk=1))

    @property
    def address_lines(self) -> list[str]:
        """Name and postal address as printed, without blank lines."""
        town = f"{self.postal_code} {self.city}".strip()
        lines = [self.legal_name or self.name, self.line1, town, str(countries.name(str(self.country)))]
        return [line for line in lines if line]
