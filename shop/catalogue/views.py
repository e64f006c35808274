"""Collections and products, as customers see them: the same page for everybody."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from foundation import conditional, freshness, links, share_cards
from foundation.methods import require_safe
from shop.catalogue import detail, listing, machines, tiles
from shop.catalogue import merchant_feed as merchant_feed_xml
from shop.catalogue.models import Collection, Product, ProductQuerySet


@require_safe
def collection_list(request: HttpRequest) -> HttpResponse:
    """Show every collection as a tile with a picture."""
    crumbs = [(gettext("Home"), reverse("home")), (gettext("Instruments"), None)]
    context = {"tiles": tiles.all_collections(), "crumbs": crumbs, "canonical_url": links.of_request(request)}
    return render(request, "shop/catalogue/collection_list.html", context)


@require_safe
def collection_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a collection's products, sorted and filtered as the address asks."""
    collection = get_object_or_404(Collection, slug=slug)
    products = Product.objects.in_collection(collection)
    return _listing(
        request, products, key=str(collection.pk), title=collection.title, intro=collection.description
    )


@require_safe
def all_products(request: HttpRequest) -> HttpResponse:
    """Show everything but gift cards, sorted and filtered as the address asks."""
    intro, goods = gettext("Every instrument we have, from every region and maker."), Product.objects
    return _listing(
        request, goods.without_gift_cards(), key="all", title=gettext("All instruments"), intro=intro
    )


def _listing(
    request: HttpRequest, products: ProductQuerySet, *, key: str, title: str, intro: str
) -> HttpResponse:
    shown = listing.read(products, request.GET, key=key)
    crumbs = [
        (gettext("Home"), reverse("home")),
        (gettext("Instruments"), reverse("shop:collection-list")),
        (title, None),
    ]
    context = {"title": title, "intro": intro, "listing": shown, "crumbs": crumbs}
    context["canonical_url"] = links.of_request(
        request, {"page": shown.page.number} if shown.page.number > 1 else {}
    )
    return render(request, "shop/catalogue/collection_detail.html", context)


@require_safe
def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product; `?variant=<sku>` preselects a variant."""
    product = get_object_or_404(Product.objects.published().with_page(), slug=slug)
    return product_page(request, product, chosen_sku=request.GET.get("variant"))


@require_safe
def product_share_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the picture for shared links: name, price and the instrument. Two queries."""
    product = get_object_or_404(Product.objects.published().with_cards(), slug=slug)
    return share_cards.answer(machines.share_card(product))


@require_safe
def merchant_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the product feed, or 304. No query when warm."""
    feed = freshness.remember("shop.catalogue.merchant_feed", merchant_feed_xml.write)
    return conditional.answer(request, feed, content_type="application/xml; charset=utf-8")


def product_page(
    request: HttpRequest,
    product: Product,
    *,
    form_errors: Mapping[str, Sequence[str]] | None = None,
    chosen_sku: str | None = None,
    quantity: str = "1",
    status: int = 200,
) -> HttpResponse:
    """Render a published product, from `with_page()`; again with what was wrong in its form.

    `form_errors` maps `sku` and `quantity`, or "__all__", to their messages.
    """
    context = detail.context(product, chosen_sku=chosen_sku)
    context |= {"form_errors": form_errors or {}, "quantity": quantity}
    return render(request, "shop/catalogue/product_detail.html", context, status=status)
