"""The dearest questions of staff: searches of every list, pages of an order, every field of every form."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from asking import ADDRESS, BODY, TEXTS, Asked, get, long, post

if TYPE_CHECKING:
    from django.test import Client

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
CHOICES = (("shop", "product", "maker"), ("shop", "variant", "product"), ("blog", "article", "cover"))
MOST_PROSE = 100_000


def lists(names: dict[str, Any]) -> Iterator[Asked]:
    """Give searches of every list and choice, and the pages that span them."""
    from django.contrib import admin

    for model, options in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield get(f"{address} as it is", address, is_staff=True)
        for kind, text in WORDS.items() if options.search_fields else ():
            yield get(f"{address} for {kind}", address, {"q": long(text, ADDRESS)}, is_staff=True)
    for label, name, field in CHOICES:
        for kind, text in TEXTS.items():
            query = {"app_label": label, "model_name": name, "field_name": field, "term": long(text, ADDRESS)}
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
    for address in names["forms"]:
        form = form_at(names["owner"], address)
        texts = [name for name, text in form.items() if isinstance(text, str) and not text.isdigit()]
        for name in texts:
            for kind in KINDS if "__prefix__" not in name and not name.startswith("_") else ():
                changed = form | {name: long(TEXTS[kind], BODY)}
                yield post(f"{address} {name} of {kind}", address, changed, is_staff=True)


def prose(names: dict[str, Any]) -> Iterator[Asked]:
    """Give the longest texts that staff may save, far longer ones, and looks at the article that has them."""
    for sign in SIGNS:
        for length in (MOST_PROSE, BODY):
            text = (sign * (length // len(sign)))[:length]
            for kind in ("article", "page", "product"):
                field = "description" if kind == "product" else "body"
                data = form_at(names["owner"], names[kind]) | {field: text}
                yield post(f"{kind} of {length} {sign}", names[kind], data, is_staff=True, tries=1)
            yield get(f"a look at the article of {length} {sign}", names["article_page"])
            yield get(f"its form of {length} {sign}", names["article"], is_staff=True)


def formsets(names: dict[str, Any]) -> Iterator[Asked]:
    """Give a product of 200 variants: its form, and saving it."""
    address = names["large"]
    yield get("form of 200 variants", address, is_staff=True)
    form = form_at(names["owner"], address)
    yield post("saving 200 variants", address, form, is_staff=True, tries=1)


def form_at(owner: "Client", address: str) -> dict[str, Any]:
    """Return the untouched fields of a form of the admin; none where there is no form."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.pages import admin_form

    setup_test_environment()  # so that answers tell their forms
    try:
        answer = owner.get(address)
        has_form = answer.status_code == 200 and "adminform" in (answer.context or {})
        return admin_form(answer) if has_form else {}
    finally:
        teardown_test_environment()
