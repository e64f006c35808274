"""What the largest legal input costs at each public address and at every field of staff.

    .venv/bin/python benchmarks/dear_requests.py [part of a name …]

CPU milliseconds of one request through all middleware, in this process, on a fresh demo on SQLite: the better
of two, since other work makes it longer. A row of the table is the dearest of its kind. Promised: none above
200 but what is limited. With parts of names, such as `forms: /checkout/`, only these are asked.
"""

import os
import re
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import dear_desk
import dear_public
from asking import MOST, Spent, measured
from pages import prepare

if TYPE_CHECKING:
    from django.test import Client

GROUPS = (
    dear_public.searches, dear_public.addresses, dear_public.forms, dear_public.comments, dear_desk.lists,
    dear_desk.reports, dear_desk.formsets, dear_desk.fields, dear_desk.prose,
)  # fmt: skip
VARIANTS = 200


def visitors() -> "tuple[Client, Client]":
    """Return a visitor with a full cart, and the owner."""
    from django.contrib.auth.models import User
    from django.test import Client
    from pages import fill_cart

    visitor, owner = (Client(headers={"host": "127.0.0.1"}, raise_request_exception=False) for _n in range(2))
    fill_cart(visitor)
    owner.force_login(User.objects.get(username="owner"))
    return visitor, owner


def names_of(visitor: "Client", owner: "Client") -> dict[str, Any]:
    """Return what is asked for: addresses of a bought order, of articles and products, and forms of staff."""
    from blog.models import Article, Page
    from shop.catalogue.models import Collection, Product
    from shop.papers import drawing
    from tests.shop.order_builders import make_order

    order = make_order()
    drawing.kept(order.papers.get())
    article, product = Article.objects.published().earliest("pk"), Product.objects.published().earliest("pk")
    target = re.search(
        r'name="target" value="([^"]*)"', visitor.get(article.get_absolute_url()).content.decode()
    )
    desk = f"/admin/shop/order/{order.pk}"
    return {
        "collection": Collection.objects.earliest("pk").get_absolute_url(),
        "product_page": product.get_absolute_url(), "article_page": article.get_absolute_url(),
        "withdraw": f"{order.get_absolute_url()}withdraw/", "units": f"units_{order.lines.earliest('pk').pk}",
        "personal": [order.get_absolute_url(), f"{order.get_absolute_url()}withdraw/",
                     order.papers.get().get_absolute_url()],
        "article": f"/admin/blog/article/{article.pk}/change/",
        "page": f"/admin/blog/page/{Page.objects.earliest('pk').pk}/change/",
        "product": f"/admin/shop/product/{product.pk}/change/",
        "typed": {"email": "ada@customer.example", "name": "Ada", "country": "DE", "line1": "Ring 1",
                  "city": "Köln", "postal_code": "50674", "body": "A comment.", "username": "ada",
                  "password": "guessed", "target": target[1] if target else ""},
        "staff_pages": [f"{desk}/change/", f"{desk}/history/", f"{desk}/mails/", f"{desk}/correct/",
                        f"{desk}/refund/", "/admin/comments/queue/",
                        "/admin/shop/paper/report/", "/admin/shop/comparison/",
                        f"/admin/blog/article/{article.pk}/history/",
                        f"/admin/shop/product/{product.pk}/history/"],
        "forms": addresses_of_forms(), "large": large_product(), "owner": owner,
    }  # fmt: skip


def addresses_of_forms() -> list[str]:
    """Return the addresses at which the admin adds or changes something."""
    from django.contrib import admin

    found = []
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._base_manager.order_by("pk").first()
        found += [f"{address}add/", *([f"{address}{row.pk}/change/"] if row else [])]
    return found


def large_product() -> str:
    """Return the address of the form of a product of many variants."""
    from tests.builders import make_product, make_variant

    product = make_product(option1_name="Size")
    for number in range(VARIANTS):
        make_variant(product, sku=f"MANY-{number}", option1=f"Size {number}", on_hand=1)
    return f"/admin/shop/product/{product.pk}/change/"


def print_table(found: dict[str, list[Spent]]) -> None:
    """Print the dearest of each group."""
    print("| what | requests | above 200 ms | dearest | CPU ms | answer |\n|---|--:|--:|---|--:|--:|")
    for group, all_spent in found.items():
        dearest, above = max(all_spent), sum(spent.milliseconds > MOST for spent in all_spent)
        cost = f"`{dearest.name}` | {dearest.milliseconds:.0f} | {dearest.status}"
        print(f"| {group} | {len(all_spent)} | {above} | {cost} |")


def main() -> None:
    """Print each request above the promise as it is found, then the table."""
    wanted, found = sys.argv[1:], dict[str, list[Spent]]()
    os.environ["EXTRA_HOSTS"] = "testserver"  # whom the builders of tests are
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        prepare(folder)
        visitor, owner = visitors()
        names = names_of(visitor, owner)
        for group in GROUPS:
            for asked in group(names):
                name = f"{group.__name__}: {asked.name}"
                if wanted and not any(part in name for part in wanted):
                    continue
                spent = measured(owner if asked.is_staff else visitor, asked)
                found.setdefault(group.__name__, []).append(spent)
                if spent.milliseconds > MOST:
                    print(f"above: {name} {spent.milliseconds:.0f} ({spent.status})", flush=True)
    print_table(found)


if __name__ == "__main__":
    main()
