"""The dearest questions of strangers: every public address and form with the largest input."""

from collections.abc import Iterator
from typing import Any

from asking import ADDRESS, BODY, TEXTS, Asked, get, long, plain, post

FIELDS = {
    "/checkout/": (
        "email", "name", "line1", "line2", "city", "postal_code", "region", "phone", "company", "vat_number",
        "country", "code", "shown_total", "shipping_rate", "billing_name", "billing_line1",
        "billing_postal_code", "billing_region", "refused_code", "update",
    ),
    "/cart/add/": ("sku", "quantity"),
    "/cart/update/": ("remove",),
    "/cart/code/": ("code", "remove"),
    "/comments/post/": ("name", "email", "body", "target", "website"),
    "/admin/login/": ("username", "password", "next"),
    "/admin/blog/article/add/": ("title", "_typed"),
}  # fmt: skip
HEADERS = ("accept-encoding", "accept-language", "range", "if-none-match", "cookie", "x-forwarded-for")
SIGNS = (
    "[", "![", "*", "**a", "_a", "`", "`a``", "> ", "- ", "[a](", "<", "\\", "a\n\n", "1. ", "A@", "www.",
    "&#",
)  # fmt: skip


def searches(_names: dict[str, Any]) -> Iterator[Asked]:
    """Give searches of the storefront."""
    for kind, text in TEXTS.items():
        yield get(f"search for {kind}", "/search/", {"q": long(text, ADDRESS)})
    yield get(
        "search for ten long words", "/search/", {"q": "instrument flutes drums harp bamboo wood s a of"}
    )


def addresses(names: dict[str, Any]) -> Iterator[Asked]:
    """Give every public address, and lists with very long questions."""
    lists = {"collection": names["collection"], "product": names["product_page"]}
    lists |= {"listing": "/collections/all/", "blog": "/blog/", "cart": "/cart/"}
    for name, address in lists.items():
        many = "&".join(f"{key}=a" for key in ("region", "maker", "colour", "in_stock") * 250)[:ADDRESS]
        yield get(f"{name} with many parameters", f"{address}?{many}")
        for key in ("page", "sort", "variant", "price_min", "region", "year"):
            yield get(f"{name} with a long {key}", address, {key: long("9", ADDRESS)})
    for address in (
        *lists.values(), *names["personal"], "/", "/checkout/", "/blog/feed.atom", "/blog/feed.rss",
        "/sitemap.xml", "/sitemap-1.xml", "/llms.txt", "/robots.txt", "/feeds/google-merchant.xml",
        "/.well-known/security.txt", names["article_page"], f"{names['product_page']}share.jpg",
        "/" + long("a/", ADDRESS), "/blog/" + long("a", ADDRESS) + "/", "/blogs/a/" + long("a", ADDRESS),
        "/media/" + long("../", ADDRESS), "/orders/" + long("a", ADDRESS) + "/",
    ):  # fmt: skip
        yield get(address[:60], address)
    for header in HEADERS:
        for sign in ("a,", "gzip;q=0.1,", 'W/"a",', "a=b; ", "bytes=0-1,"):
            headers = {header: long(sign, ADDRESS)}
            yield get(f"header {header} of {sign}", "/blog/feed.atom", headers=headers)


def forms(names: dict[str, Any]) -> Iterator[Asked]:
    """Give public forms: each field as long as a body can be, and as many fields as there may be."""
    withdrawal = {names["withdraw"]: ("name", "email", "key", names["units"], "confirm")}
    for address, keys in (FIELDS | withdrawal).items():
        for key in keys:
            for kind, text in TEXTS.items():
                data = names["typed"] | {key: long(text, BODY)}
                yield post(f"{address} {key} of {kind}", address, data)
        for count in (990, 9_900):
            yield post(f"{address} {count} fields", address, {f"f{number}": "1" for number in range(count)})
    yield plain("webhook, deep JSON", "/payments/stripe/webhook/", "[" * 200_000, "application/json")
    yield plain("webhook, long", "/payments/stripe/webhook/", "a" * BODY, "application/json")


def comments(names: dict[str, Any]) -> Iterator[Asked]:
    """Give comments of the longest text that is taken, in the signs of Markdown."""
    for sign in SIGNS:
        body = names["typed"] | {"body": (sign * 5000)[:4990] + " end"}
        yield post(f"comment of {sign!r}", "/comments/post/", body)
