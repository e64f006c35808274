"""What the shop sells: products and their variants, in collections."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation import links
from foundation.addressed import AddressedModel, KeepsAddresses
from foundation.models import Picture
from foundation.prose import ProseField
from shop.catalogue import card_choices, prices, titles
from shop.catalogue.badges import stock_badge
from shop.catalogue.collection import Collection
from shop.catalogue.origins import Maker, Region
from shop.catalogue.tax_classes import TaxClass
from shop.catalogue.withdrawal_rules import WithdrawalRule

__all__ = [
    "Collection", "Maker", "Product", "ProductPicture", "ProductQuerySet", "Region", "TaxClass", "Variant",
]  # fmt: skip

LARGEST_WIDTH = 1600  # pixels of the picture that opens when one is looked at large

PROSE = {
    "Bold": True, "Italic": True, "BulletList": True, "OrderedList": True, "ListItem": True,
    "Link": True, "Heading": {"levels": [3]},
}  # fmt: skip


class ProductQuerySet(KeepsAddresses, models.QuerySet["Product"]):
    """Named reads of products."""

    def published(self) -> "ProductQuerySet":
        """Keep what customers may see: active, with at least one active variant."""
        active = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
        return self.filter(Exists(active), status=Product.Status.ACTIVE)

    def without_gift_cards(self) -> "ProductQuerySet":
        """Keep goods: what is made, packed and sent."""
        return self.filter(is_gift_card=False)

    def featured(self) -> "ProductQuerySet":
        """Keep published products chosen for the home page."""
        return self.published().filter(is_featured=True)

    def in_collection(self, collection: "Collection") -> "ProductQuerySet":
        """Keep products of one collection."""
        return self.filter(collections=collection)

    def in_stock(self) -> "ProductQuerySet":
        """Keep products with an active variant that can be bought now."""
        buyable = Variant.objects.filter(product=OuterRef("pk"), is_active=True, on_hand__gt=F("reserved"))
        return self.filter(Exists(buyable))

    def related_to(self, product: "Product") -> "ProductQuerySet":
        """Keep other published products of its collections that can be bought now."""
        shared = Product.collections.through.objects.filter(
            product=OuterRef("pk"), collection__products=product
        )
        return self.published().in_stock().filter(Exists(shared)).exclude(pk=product.pk)

    def with_page(self) -> "ProductQuerySet":
        """Add what a product page shows above the picture: maker, region and first collection."""
        first = Collection.objects.filter(products=OuterRef("pk")).order_by("position", "title")
        return self.select_related("maker", "region").annotate(
            crumb_slug=Subquery(first.values("slug")[:1]), crumb_title=Subquery(first.values("title")[:1])
        )

    def with_price(self) -> "ProductQuerySet":
        """Add `card_price_minor`: the lowest current price among the active variants."""
        return self.annotate(card_price_minor=_first_of_variants("now_price_minor"))

    def with_cards(self) -> "ProductQuerySet":
        """Add what a card shows: maker, lowest price, variants to choose, units in sum, first picture."""
        active = Variant.objects.filter(product=OuterRef("pk"), is_active=True).order_by()
        highest = active.with_current_prices().order_by("-now_price_minor")
        units = Sum(F("on_hand") - F("reserved"))
        sums = active.values("product").annotate(units=units, offered=card_choices.offered())
        pictures = ProductPicture.objects.filter(product=OuterRef("pk"))
        return self.select_related("maker").annotate(
            card_available=Coalesce(Subquery(sums.values("units")), 0),
            card_offered=Subquery(sums.values("offered")),
            card_price_minor=_first_of_variants("now_price_minor"),
            card_compare_at_minor=_first_of_variants("now_compare_at_minor"),
            card_highest_minor=Subquery(highest.values("now_price_minor")[:1]),
            card_picture_id=Subquery(pictures.order_by("position", "id").values("pk")[:1]),
        )


def _first_of_variants(field: str) -> Subquery:
    """Return one field of a product's active variant that is the cheapest now."""
    active = Variant.objects.filter(product=OuterRef("pk"), is_active=True).with_current_prices()
    return Subquery(active.order_by("now_price_minor", "position", "id").values(field)[:1])


class Product(AddressedModel):
    """An instrument as customers know it; what is sold and counted is its variants."""

    decides_address = ("slug", "status")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    title = models.CharField(_("title"), max_length=titles.LONGEST_TITLE)
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
    description = ProseField(_("description"), extensions=PROSE, sanitize=True, blank=True)
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
    is_gift_card = models.BooleanField(
        _("gift card"), default=False,
        help_text=_("Each unit is a gift card of its regular price, sent by e-mail once it is paid."),
    )  # fmt: skip
    tax_class = models.ForeignKey(
        TaxClass, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("tax class"),
        help_text=_("Only for goods that some countries tax in another way, such as books."),
    )  # fmt: skip
    withdrawal_rule = models.CharField(
        _("right of withdrawal"), max_length=13, blank=True, choices=WithdrawalRule.choices, default=""
    )
    option1_name = models.CharField(_("option 1"), max_length=40, blank=True, help_text=_("Such as Size."))
    option2_name = models.CharField(_("option 2"), max_length=40, blank=True)
    option3_name = models.CharField(_("option 3"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # Set by ProductQuerySet.with_cards(), and the first collection by with_page().
    card_available: int
    card_offered: list[card_choices.Row] | None
    card_price_minor: int | None
    card_compare_at_minor: int | None
    card_highest_minor: int | None
    card_picture_id: int | None
    crumb_slug: str | None = None
    crumb_title: str | None = None

    objects = ProductQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "title"]
        indexes = [models.Index(fields=["status", "position", "title"], name="product_listing")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def public_rows(cls) -> ProductQuerySet:
        """Return the products customers may see."""
        return cls.objects.published()

    def get_absolute_url(self) -> str:
        """Return the address of its public page."""
        return reverse("shop:product-detail", args=[self.slug])

    @property
    def option_names(self) -> list[str]:
        """The names of the options in use, such as ["Size"]."""
        return [name for name in (self.option1_name, self.option2_name, self.option3_name) if name]

    def badge(self, available: int) -> str:
        """Return the stock badge of this product for so many available units."""
        return stock_badge(available, self.low_stock_threshold)


class Variant(prices.Priced):
    """What is priced, counted and sold; shop.catalogue.prices says what it costs now.

    `on_hand` and `reserved` change in shop.stock.reservations alone.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", verbose_name=_("product"))
    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    option1 = models.CharField(_("option 1"), max_length=titles.LONGEST_OPTION, blank=True)
    option2 = models.CharField(_("option 2"), max_length=titles.LONGEST_OPTION, blank=True)
    option3 = models.CharField(_("option 3"), max_length=titles.LONGEST_OPTION, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    reserved = models.PositiveIntegerField(_("reserved"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = prices.PricedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["on_hand", "reserved"])

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
            models.CheckConstraint(
                condition=Q(sale_price_minor__isnull=True) | Q(sale_price_minor__lt=F("price_minor")),
                name="variant_sale_below_price",
                violation_error_message=_("The sale price must be lower than the price."),
            ),
            models.CheckConstraint(
                condition=Q(sale_starts_at__isnull=True) | Q(sale_ends_at__isnull=True)
                | Q(sale_ends_at__gt=F("sale_starts_at")),
                name="variant_sale_ends_after_start",
                violation_error_message=_("A sale must end after it starts."),
            ),
            models.UniqueConstraint(
                fields=["product", "option1", "option2", "option3"], name="variant_options_unique",
                violation_error_message=_("This product has a variant with the same options."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_title

    def get_absolute_url(self) -> str:
        """Return the address of the product's page with this variant chosen. Reads the product."""
        return links.address(self.product.get_absolute_url(), {"variant": self.sku})

    @property
    def available(self) -> int:
        """Units a customer can still buy."""
        return self.on_hand - self.reserved

    @property
    def gift_value_minor(self) -> int:
        """What one is worth as a gift card: its regular price; 0 for other goods. Reads the product."""
        return self.price_minor if self.product.is_gift_card else 0

    @property
    def is_sold_out(self) -> bool:
        """Whether nobody can buy one right now."""
        return self.available <= 0

    @property
    def badge(self) -> str:
        """The stock badge of this variant. Reads the product."""
        return self.product.badge(self.available)

    @property
    def title(self) -> str:
        """The chosen options, such as "Large, 60 cm / Natural"; empty for a single variant."""
        return titles.of_options(self.option1, self.option2, self.option3)

    @property
    def full_title(self) -> str:
        """Product and options, as on an order line. Reads the product."""
        return titles.full(self.product.title, self.title)


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

    @property
    def largest_url(self) -> str:
        """The address of the largest size there is. No query when the picture was read along."""
        return self.picture.url(LARGEST_WIDTH)
