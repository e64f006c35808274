"""The row that a difference is about, in the admin."""

from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst

from shop.backoffice.models import Difference
from shop.backoffice.reconciling import (
    comparing,
    disputes,
    gift_cards,
    inbox,
    payments,
    refunds,
    sessions,
    stock,
)
from shop.backoffice.reconciling.findings import Book
from shop.catalogue.models import Product
from shop.giftcards.models import GiftCard
from shop.payments.models import Dispute, Payment, Refund, WebhookEvent

# Where the key of each book's differences stands; orders are named in the sentences themselves.
TABLES: tuple[tuple[Book, type[Model], str], ...] = (
    (sessions, Payment, "session_id"),
    (payments, Payment, "pk"),
    (refunds, Refund, "pk"),
    (disputes, Dispute, "stripe_id"),
    (inbox, WebhookEvent, "pk"),
    (gift_cards, GiftCard, "pk"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A text and its address."""

    text: str
    url: str


def subject_of(row: Difference) -> Link | None:
    """Return a link to what a difference is about; None for what Stripe alone has. One query."""
    book = comparing.book_of(row.kind)
    if book is stock:
        return _product(int(row.key))
    for of_book, model, field in TABLES:
        if book is of_book and (field != "pk" or row.key.isdigit()):
            return _link(model, {field: row.key})
    return None


def _product(variant_id: int) -> Link | None:
    product = Product.objects.filter(variants=variant_id).only("title").first()
    return Link(product.title, reverse("admin:shop_product_change", args=[product.pk])) if product else None


def _link(model: type[Model], key: dict[str, str]) -> Link | None:
    pk = model._default_manager.filter(**key).values_list("pk", flat=True).first()
    if pk is None:
        return None
    name = capfirst(model._meta.verbose_name)
    return Link(f"{name} {pk}", reverse(f"admin:shop_{model._meta.model_name}_change", args=[pk]))
