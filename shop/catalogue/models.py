"""What the shop sells: products and their variants, in collections, by makers, from regions."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from foundation.models import Picture

__all__ = ["Collection", "Maker", "Product", "ProductPicture", "Region", "Variant"]

PROSE = {
    "Bold": True, "Italic": True, "BulletList": True, "OrderedList": True, "ListItem": True,
    "Link": True, "Heading": {"levels": [3]},
}  # fmt: skip


class Region(models.Model):
    """Where an instrument is at home, such as West Africa."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Maker(models.Model):
    """The person or workshop who builds an instrument."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    story = models.TextField(_("story"), blank=True)

    class Meta:
        verbose_name = _("maker")
        verbose_name_plural = _("makers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Collection(models.Model):
    """A named group of products, with a page of its own."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The collection's public page."""
        return reverse("shop:collection-detail", args=[self.slug])


class Product(models.Model):
    """An instrument as customers know it; what is sold and counted is its variants."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("slug"), max_length=160, unique=True)
    maker = models.ForeignKey(
        Maker, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("maker")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("region")
    )
    collections = models.ManyToManyField(
        Collection, blank=True, related_name="products", verbose_name=_("collections")
    )
    summary = models.CharField(
        _("summary"), max_length=200, blank=True, help_text=_("One sentence, shown to search engines.")
    )
    description = ProseEditorField(_("description"), extensions=PROSE, sanitize=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT,
        help_text=_("Customers see active products only."),
    )  # fmt: skip
    is_featured = models.BooleanField(_("featured on the home page"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    low_stock_threshold = models.PositiveIntegerField(
        _("low stock threshold"), default=3,
        help_text=_("From this number down, customers read how many units are left."),
    )  # fmt: skip
    option1_name = models.CharField(_("option 1"), max_length=40, blank=True, help_text=_("Such as Size."))
    option2_name = models.CharField(_("option 2"), max_length=40, blank=True)
    option3_name = models.CharField(_("option 3"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "title"]
        indexes = [models.Index(fields=["status", "position", "title"], name="product_listing")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The product's public page."""
        return reverse("shop:product-detail", args=[self.slug])


class Variant(models.Model):
    """What is priced, counted and sold. Prices in minor units of the shop's currency.

    `on_hand` and `reserved` change in shop.stock.reservations alone.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", verbose_name=_("product"))
    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    option1 = models.CharField(_("option 1"), max_length=60, blank=True)
    option2 = models.CharField(_("option 2"), max_length=60, blank=True)
    option3 = models.CharField(_("option 3"), max_length=60, blank=True)
    price_minor = models.PositiveIntegerField(_("price"))
    compare_at_minor = models.PositiveIntegerField(_("compare-at price"), null=True, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    reserved = models.PositiveIntegerField(_("reserved"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="variant_reserved_within_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(compare_at_minor__isnull=True) | Q(compare_at_minor__gt=F("price_minor")),
                name="variant_compare_at_above_price",
                violation_error_message=_("The compare-at price must be higher than the price."),
            ),
            models.UniqueConstraint(
                fields=["product", "option1", "option2", "option3"], name="variant_options_unique",
                violation_error_message=_("This product has a variant with the same options."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_title

    @property
    def available(self) -> int:
        """Units a customer can still buy."""
        return self.on_hand - self.reserved

    @property
    def title(self) -> str:
        """The chosen options, such as "Large, 60 cm / Natural"; empty for a single variant."""
        return " / ".join(v for v in (self.option1, self.option2, self.option3) if v)

    @property
    def full_title(self) -> str:
        """Product and options, as on an order line. Reads the product."""
        return f"{self.product.title} - {self.title}" if self.title else self.product.title


class ProductPicture(models.Model):
    """A picture of a product with its alt text."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")
    alt = models.CharField(_("alt text"), max_length=200, help_text=_("What the picture shows."))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product picture")
        verbose_name_plural = _("product pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt
