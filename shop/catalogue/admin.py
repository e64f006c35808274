"""The catalogue in the admin. Products are registered in shop.stock.admin, which adds their stock."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from foundation import dependents, inlines, questions
from foundation.former_addresses import FormerAddresses
from foundation.models import Picture
from foundation.staff_admin import StaffAdmin
from shop.catalogue import cards, documents
from shop.catalogue.forms import ProductForm, ProductPictureForm, QuantityBreakForm, VariantForm
from shop.catalogue.models import Collection, Maker, Product, ProductPicture, ProductQuerySet, Region, Variant
from shop.catalogue.price_rules import QuantityBreak


def thumbnail(picture: Picture | None) -> str:
    """Return a small <img>, or a dash."""
    if picture is None:
        return "–"
    return format_html('<img src="{}" alt="" width="48" height="60" loading="lazy">', picture.url(320))


class VariantInline(inlines.StackedInline):
    """What can be bought: one variant, or one for each combination of options."""

    model = Variant
    form = VariantForm
    extra = 0
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("sku", "is_active", "position"), ("option1", "option2", "option3"),
                    ("price_minor", "compare_at_minor", "weight_grams"),
                    "sale_price_minor", ("sale_starts_at", "sale_ends_at"),
                ]
            },
        )
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Variant]:
        """Load the product along: a variant's name begins with it."""
        return super().get_queryset(request).select_related("product")

    def get_min_num(self, request: HttpRequest, obj: Product | None = None, **kwargs: Any) -> int:
        """Show one empty variant on a new product."""
        return 0 if obj else 1


class QuantityBreakInline(inlines.TabularInline):
    """What many units cost less, each."""

    model = QuantityBreak
    form = QuantityBreakForm
    extra = 0


class ProductPictureInline(inlines.TabularInline):
    """The pictures, in their order; the first one stands on cards."""

    model = ProductPicture
    form = ProductPictureForm
    fields = ["preview", "picture", "alt", "position"]
    readonly_fields = ["preview"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ProductPicture]:
        """Load the pictures along."""
        return super().get_queryset(request).select_related("picture")

    @admin.display(description=_("preview"))
    def preview(self, shown: ProductPicture) -> str:
        """Show the picture small."""
        return thumbnail(shown.picture if shown.picture_id else None)


class ProductAdmin(FormerAddresses, SimpleHistoryAdmin):
    """Write, show, archive and feature products."""

    form = ProductForm
    inlines = [VariantInline, QuantityBreakInline, ProductPictureInline]
    list_display = ["picture", "title", "status", "maker", "price", "is_featured"]
    list_display_links = ["title"]
    list_filter = ["status", "is_featured", "collections", "region", "maker"]
    list_per_page = 50
    search_fields = ["title", "slug", "variants__sku", "maker__name"]
    search_help_text = _("Title, SKU or maker")
    prepopulated_fields = {"slug": ["title"]}
    actions = ["activate", "archive"]
    object_history_list_template = "admin/blog/history_list.html"
    fieldsets = [
        (None, {"fields": ["title", "slug", "status", "is_featured", "summary", "description"]}),
        (_("Where it belongs"), {"fields": ["maker", "region", "collections", "position"]}),
        (
            _("Options and stock"),
            {"fields": [("option1_name", "option2_name", "option3_name"), "low_stock_threshold"]},
        ),
        (_("Tax, gift cards"), {"fields": ["tax_class", "is_gift_card"]}),
        (_("Returns"), {"fields": ["withdrawal_rule"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> ProductQuerySet:
        """Load what the list shows; two queries however many rows."""
        shown = ProductPicture.objects.select_related("picture")
        products: Any = super().get_queryset(request)
        with_cards: ProductQuerySet = products.with_cards()
        return with_cards.prefetch_related(models.Prefetch("pictures", queryset=shown))

    @admin.display(description=_("picture"))
    def picture(self, product: Product) -> str:
        """Show the first picture small."""
        return thumbnail(next((shown.picture for shown in product.pictures.all()), None))

    @admin.display(description=_("price"), ordering="card_price_minor")
    def price(self, product: Product) -> str:
        """Show the lowest price of the active variants, and how far they go."""
        if product.card_price_minor is None:
            return "–"
        note = cards.price_note(product.card_price_minor, product.card_highest_minor)
        return f"{cards.display_price(product.card_price_minor)} {note}".strip()

    def view_on_site(self, obj: Product) -> str | None:
        """Return the public page, if there is one."""
        is_public = Product.objects.published().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if is_public else None

    def revert_disabled(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Keep the history for reading."""
        return True

    def save_related(
        self, request: HttpRequest, form: ModelForm[Product], formsets: list[Any], change: bool
    ) -> None:
        """Save variants, pictures and collections, then show the change everywhere."""
        super().save_related(request, form, formsets, change)
        saved = Product.objects.filter(pk=form.instance.pk)
        documents.changed(saved)
        if form.instance.status == Product.Status.ACTIVE and not saved.published().exists():
            text = gettext("Customers do not see this product yet: it has no active variant.")
            self.message_user(request, text, messages.WARNING)

    def losses_by_saving(self, form: Any, formsets: Any) -> Iterator[str]:
        """Say what else is for a product that leaves the shop."""
        yield from super().losses_by_saving(form, formsets)
        if "status" in form.changed_data and form.instance.status == Product.Status.ARCHIVED:
            yield from dependents.named([form.instance])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[str]]:
        """Let variants go with their product, and name what stands in the way: the book of stock."""
        shown, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        forbidden = set() if protected else forbidden - {str(Variant._meta.verbose_name)}
        return shown, counts, forbidden, protected

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Delete and take out of the search."""
        documents.gone([obj.pk])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Product]) -> None:
        """Delete and take out of the search."""
        documents.gone(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)

    @admin.action(description=_("Show selected products in the shop"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: ProductQuerySet) -> None:
        """Make products visible."""
        self._set_status(request, queryset, Product.Status.ACTIVE)

    @admin.action(description=_("Archive selected products"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: ProductQuerySet) -> HttpResponse | None:
        """Hide products from customers; ask first where something depends on them."""
        products = list(queryset)
        question = questions.Question(
            name="archive",
            title=gettext("Archive these products?"),
            yes=gettext("Yes, archive them"),
            sentences=list(dependents.named([row for row in products if row.status != row.Status.ARCHIVED])),
        )
        if asked := questions.before_action(self, request, products, question):
            return asked
        self._set_status(request, queryset, Product.Status.ARCHIVED)
        return None

    @transaction.atomic
    def _set_status(self, request: HttpRequest, queryset: ProductQuerySet, status: Product.Status) -> None:
        products = list(Product.objects.filter(pk__in=queryset.values("pk")).exclude(status=status))
        for product in products:
            product.status = status
            product.save(update_fields=["status", "updated_at"])
        documents.changed(Product.objects.filter(pk__in=[product.pk for product in products]))
        text = ngettext("%(count)d product changed.", "%(count)d products changed.", len(products))
        self.message_user(request, text % {"count": len(products)}, messages.SUCCESS)


@admin.register(Variant)
class VariantAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Variants to choose from and their price history; they are edited on their product's page."""

    search_fields = ["sku", "product__title"]
    list_display = ["sku", "product", "title"]
    view_on_site = False
    list_select_related = ["product"]
    object_history_list_template = "admin/blog/history_list.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Variant]:
        """Load the product along: a variant's name begins with it."""
        variants: models.QuerySet[Variant] = super().get_queryset(request)
        return variants.select_related("product")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Leave it out of the index."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the product's page does that."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        """Refuse: the product's page does that."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        """Refuse: the product's page does that."""
        return False


class ShownOnProducts(StaffAdmin):
    """What many products show, so that an edit renews them all. Named by a field of the product."""

    product_field: str
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]

    def products(self, *shown: Any) -> ProductQuerySet:
        """Return the products that show these rows."""
        return Product.objects.filter(**{f"{self.product_field}__in": shown})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save and show the change everywhere."""
        super().save_model(request, obj, form, change)
        documents.changed(self.products(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete and show the change everywhere."""
        self.delete_queryset(request, type(obj)._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete and show the change everywhere."""
        ids = list(self.products(*queryset).values_list("pk", flat=True))
        super().delete_queryset(request, queryset)
        documents.changed(Product.objects.filter(pk__in=ids))


@admin.register(Collection)
class CollectionAdmin(FormerAddresses, ShownOnProducts):
    """Collections, in the order of the menu."""

    product_field = "collections"
    list_display = ["title", "position", "size"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Collection]:
        """Count the products along."""
        return super().get_queryset(request).annotate(size=models.Count("products"))

    @admin.display(description=_("products"), ordering="size")
    def size(self, collection: Any) -> int:
        """Return the number of products, also hidden ones."""
        count: int = collection.size
        return count


@admin.register(Maker)
class MakerAdmin(ShownOnProducts):
    """Makers and their stories."""

    product_field = "maker"
    list_display = ["name", "place"]


@admin.register(Region)
class RegionAdmin(ShownOnProducts):
    """Regions."""

    product_field = "region"
