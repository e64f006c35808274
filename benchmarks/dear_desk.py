"""The dearest questions of staff: searches of every list, every page of an order, every field of every form."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from benchmarks.asking import ADDRESS, BODY, TEXTS, Asked, get, long, post

WORDS = {"words": "a ", "pairs": "ab cd ", "one word": "a", "quotes": '"a ', "digits": "12 "}
KINDS = ("letters", "accents", "ligatures", "marks", "tags", "lines", "ampersands", "dots")
SIGNS = (
    "<h2></h2>",
    "<h2>a</h2>",
    "<ul><li>",
    "<p>a</p>",
    "<em>",
    "&",
    "<p>[figure 1]</p>",
    "word ",
    "<b>a</b>",
)
MOST_PROSE = 100_000


def lists(names: dict[str, Any]) -> Iterator[Asked]:
    """Give searches of every list and choice, and the pages that span them."""
    from django.contrib import admin

    for model, options in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield get(f"{address} as it is", address, is_staff=True)
        for kind, text in WORDS.items() if options.search_fields else ():
            yield get(f"{address} for {kind}", address, {"q": long(text, ADDRESS)}, is_staff=True)
    for model, field in (("product", "maker"), ("collection", "featured_product"), ("article", "cover")):
        label = "blog" if model == "article" else "shop"
        for kind, text in TEXTS.items():
            query = {
                "app_label": label,
                "model_name": model,
                "field_name": field,
                "term": long(text, ADDRESS),
            }
            yield get(f"choice of {field} for {kind}", "/admin/autocomplete/", query, is_staff=True)
    for address in ("/admin/", *names["staff_pages"]):
        yield get(address[:80], address, is_staff=True)


def reports(_names: dict[str, Any]) -> Iterator[Asked]:
    """Give the reports for the tax adviser and the archive of a year."""
    period = {"since": "1970-01-01", "until": "2999-12-31"}
    for about in ("orders", "taxes"):
        yield get(f"report of {about}", "/admin/shop/paper/report/", period | {"about": about}, is_staff=True)
    year = dt.datetime.now(dt.UTC).year
    yield get("archive of a year", f"/admin/shop/paper/year/{year}/", is_staff=True)


def fields(names: dict[str, Any]) -> Iterator[Asked]:
    """Give every text field of every form of the admin a text as long as a body can be."""
    for address, form in names["forms"].items():
        texts = [name for name, text in form.items() if isinstance(text, str) and not text.isdigit()]
        wanted = [name for name in texts if "__prefix__" not in name and not name.startswith("_")]
        for name in wanted:
            for kind in KINDS:
                changed = form | {name: long(TEXTS[kind], BODY)}
                yield post(f"{address} {name} of {kind}", address, changed, is_staff=True)


def prose(names: dict[str, Any]) -> Iterator[Asked]:
    """Give the longest texts that staff may save, far longer ones, and looks at the article that has them."""
    for sign in SIGNS:
        for length in (MOST_PROSE, BODY):
            text = (sign * (length // len(sign)))[:length]
            for kind in ("article", "page", "product"):
                field = "description" if kind == "product" else "body"
                data = names["forms"][names[kind]] | {field: text, "_opened": ""}
                yield post(f"{kind} of {length} {sign}", names[kind], data, is_staff=True)
            yield get(f"a look at the article of {length} {sign}", names["article_page"])
            yield get(f"its form of {length} {sign}", names["article"], is_staff=True)


def formsets(names: dict[str, Any]) -> Iterator[Asked]:
    """Give a product of 200 variants: its form, and saving it."""
    address, form = names["large"]
    yield get("form of 200 variants", address, is_staff=True)
    yield post("saving 200 variants", address, form, is_staff=True)
