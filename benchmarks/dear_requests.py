"""What the largest legal input costs at each public address and at the fields of staff.

    .venv/bin/python benchmarks/dear_requests.py [part of a name]

CPU milliseconds of one request through all middleware, in this process, on a fresh demo on SQLite: the better
of two, since other work makes it longer. Promised: none above 200 but what is limited.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from django.test import Client

MOST = 200
BODY = 2_900_000  # bytes of a form, just under DATA_UPLOAD_MAX_MEMORY_SIZE
ADDRESS = 7_000  # characters of an address that web servers take
SCRIPTS = "अক਼અଅஅఅಅഅංกກកကअ中한ァაאبաሀއབᠠᐁⴰߊܐ"
Ask = Callable[["Client"], "HttpResponseBase"]
TEXTS = {
    "letters": "a", "words": "ab ", "accents": "e\u0301", "ligatures": "\ufdfa", "at signs": "a@",
    "dots": "a.",
    "digits": "1", "blanks": " ", "scripts": SCRIPTS, "marks": "\u0301", "lesser": "<a", "dashes": "-",
}  # fmt: skip


def long(text: str, length: int) -> str:
    """Return a text that repeats itself until it is long enough."""
    return (text * (length // len(text) + 1))[:length]


def looks(names: dict[str, str]) -> Iterator[tuple[str, Ask]]:
    """Give GETs of public pages with the longest queries."""
    listing, product = f"/collections/{names['collection']}/", f"/products/{names['product']}/"
    for kind, text in TEXTS.items():
        query = {"q": long(text, ADDRESS // len(text.encode()))}
        yield f"search for {kind}", lambda c, query=query: c.get("/search/", query)  # type: ignore[misc]
    yield (
        "search, ten long words",
        lambda c: c.get("/search/", {"q": "instrument " + "flutes drums harp s a "}),
    )
    for name, address in {"listing": listing, "product": product, "blog": "/blog/", "cart": "/cart/"}.items():
        many = "&".join(f"{key}=a" for key in ("region", "maker", "colour", "in_stock") * 250)[:ADDRESS]
        yield f"{name}, many parameters", lambda c, a=address, m=many: c.get(f"{a}?{m}")  # type: ignore[misc]
        for key in ("page", "sort", "variant", "price_min", "region", "year"):
            value = long("9", ADDRESS)
            yield f"{name}, long {key}", lambda c, a=address, k=key, v=value: c.get(a, {k: v})  # type: ignore[misc]
    for header in (
        "accept-encoding",
        "accept-language",
        "range",
        "if-none-match",
        "cookie",
        "x-forwarded-for",
    ):
        for sign in ("a,", "gzip;q=0.1,", 'W/"a",', "a=b; ", "bytes=0-1,"):
            sent = {header: long(sign, ADDRESS)}
            yield f"header {header} of {sign}", lambda c, h=sent: c.get("/blog/feed.atom", headers=h)  # type: ignore[misc]
    for address in ("/", "/blog/", "/blog/feed.atom", "/blog/feed.rss", "/sitemap.xml", "/sitemap-1.xml",
                    "/llms.txt", "/robots.txt", "/feeds/google-merchant.xml", "/collections/all/",
                    f"{product}share.jpg", "/" + long("a/", ADDRESS), "/blog/" + long("a", ADDRESS) + "/",
                    "/blogs/a/" + long("a", ADDRESS), "/media/" + long("../", ADDRESS)):  # fmt: skip
        yield address[:60], lambda c, a=address: c.get(a)  # type: ignore[misc]


def forms(names: dict[str, str]) -> Iterator[tuple[str, Ask]]:
    """Give POSTs of public forms: each field as long as a body can be, and as many fields as there may be."""
    fields = {
        "/checkout/": ("email", "name", "line1", "city", "postal_code", "region", "phone", "company",
                       "vat_number", "country", "code", "shown_total", "shipping_rate"),
        "/cart/add/": ("sku", "quantity", "next"), "/cart/update/": ("quantity", "remove"),
        "/cart/code/": ("code",), "/comments/post/": ("name", "email", "body", "target", "website"),
        "/admin/login/": ("username", "next"),
        f"{names['order']}withdraw/": ("name", "email", "reason", "message"),
        "/payments/stripe/webhook/": ("a",),
    }  # fmt: skip
    for address, keys in fields.items():
        for key in keys:
            for kind, text in TEXTS.items():
                data = {**names["typed"], key: long(text, BODY // (3 * len(text.encode())))}  # type: ignore[dict-item]
                yield f"{address} {key} of {kind}", lambda c, a=address, d=data: c.post(a, d)  # type: ignore[misc]
        many = {f"f{number}": "1" for number in range(9_900)}
        yield f"{address}, many fields", lambda c, a=address, m=many: c.post(a, m)  # type: ignore[misc]
    deep = "[" * 200_000
    yield (
        "webhook, deep JSON",
        lambda c: c.post("/payments/stripe/webhook/", deep, content_type="application/json"),
    )


def comments(names: dict[str, str]) -> Iterator[tuple[str, Ask]]:
    """Give comments of the longest text that is taken, in the signs of Markdown."""
    for sign in (
        "[",
        "![",
        "*",
        "**a",
        "_a",
        "`",
        "`a``",
        "> ",
        "- ",
        "[a](",
        "<",
        "\\",
        "a\n\n",
        "1. ",
        "A@",
        "www.",
    ):
        body = {"name": "Ada", "email": "ada@customer.example", "body": long(sign, 4990) + " end"}
        data = {**names["typed"], **body}  # type: ignore[dict-item]
        yield f"comment of {sign!r}", lambda c, d=data: c.post("/comments/post/", d)  # type: ignore[misc]


def desk(names: dict[str, str]) -> Iterator[tuple[str, Ask]]:
    """Give what staff may ask: searches of every list, in many words."""
    from django.contrib import admin

    for model, options in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if not options.search_fields:
            continue
        for kind, text in {
            "words": "a ",
            "pairs": "ab cd ",
            "one word": "a",
            "quotes": '"a ',
            "digits": "12 ",
        }.items():
            query = {"q": long(text, ADDRESS)}
            yield f"{address} {kind}", lambda c, a=address, q=query: c.get(a, q)  # type: ignore[misc]
    for address in (
        "/admin/",
        "/admin/shop/order/",
        "/admin/comments/queue/",
        "/admin/search/?q=" + "a+" * 3000,
    ):
        yield address[:60], lambda c, a=address: c.get(a)  # type: ignore[misc]


def bodies(names: dict[str, str]) -> Iterator[tuple[str, Ask]]:
    """Give the longest texts that staff may save or try to, and looks at the articles that have them."""
    for sign in (
        "<h2></h2>",
        "<h2>a</h2>",
        "<ul><li>",
        "<p>a</p>",
        "<em>",
        "&",
        "<p>[figure 1]</p>",
        "word ",
    ):
        for length in (100_000, BODY // 3):
            text = long(sign, length // len(sign) * len(sign))
            for kind in ("article", "page"):
                yield (f"{kind} of {length} {sign}",
                       lambda c, k=kind, t=text: c.post(names[k], edited(c, names[k], body=t)))  # type: ignore[misc]  # fmt: skip
            yield f"look at article after {length} {sign}", lambda c: c.get(names["article_page"])


def edited(client: "Client", address: str, **changes: Any) -> dict[str, Any]:
    """Return the fields of a form of the admin with changes."""
    from tests.pages import admin_form

    return admin_form(client.get(address)) | changes


def measured(client: "Client", ask: Ask) -> tuple[float, int]:
    """Return CPU milliseconds and the status of the answer."""
    best, status = float("inf"), 0
    for _time in range(2):
        began = time.process_time()
        answer = ask(client)
        b"".join(answer.streaming_content) if answer.streaming else None  # type: ignore[attr-defined]
        best, status = min(best, (time.process_time() - began) * 1000), answer.status_code
        if best < MOST / 2:
            break
    return best, status


def prepared() -> "tuple[Client, Client, dict[str, Any]]":
    """Return a visitor with a full cart, the owner, and the names of what is asked for."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.test.utils import setup_test_environment
    from pages import fill_cart

    from blog.models import Article, Page
    from shop.catalogue.models import Collection
    from shop.orders.models import Order

    setup_test_environment()  # so that answers tell their forms
    visitor, owner = (Client(headers={"host": "127.0.0.1"}, raise_request_exception=False) for _n in range(2))
    fill_cart(visitor)
    owner.force_login(User.objects.get(username="owner"))
    article = Article.objects.filter(slug="what-is-music-therapy").get()
    page = visitor.get(article.get_absolute_url()).content.decode()
    order = Order.objects.first()
    target = re.search(r'name="target" value="([^"]*)"', page)
    return visitor, owner, {
        "collection": Collection.objects.earliest("pk").slug, "product": "antares-bamboo-panpipes",
        "order": order.get_absolute_url() if order else "/orders/none/",
        "article": f"/admin/blog/article/{article.pk}/change/", "article_page": article.get_absolute_url(),
        "page": f"/admin/blog/page/{Page.objects.earliest('pk').pk}/change/",
        "typed": {"email": "ada@customer.example", "name": "Ada", "country": "DE",
                  "target": target[1] if target else ""},
    }  # fmt: skip


def main() -> None:
    """Print the dearest requests, and each above the promise as it is found."""
    from pages import prepare

    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        prepare(folder)
        visitor, owner, names = prepared()
        wanted, found = "".join(sys.argv[1:]), []
        groups = ((looks, visitor), (forms, visitor), (comments, visitor), (desk, owner), (bodies, owner))
        for group, client in groups:
            for name, ask in group(names):
                if wanted in f"{group.__name__}: {name}":
                    spent, status = measured(client, ask)
                    found.append((spent, status, group.__name__, name))
                    if spent > MOST:
                        print(f"above {MOST} ms: {name} {spent:.0f} ({status})", flush=True)
        print(f"\n{len(found)} requests\n\n| dearest of each kind | CPU ms | answer |\n|---|--:|--:|")
        for spent, status, group_name, name in sorted(found, reverse=True)[:25]:
            print(f"| {group_name}: {name} | {spent:.0f} | {status} |")


if __name__ == "__main__":
    main()
