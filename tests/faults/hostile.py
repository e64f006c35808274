"""What strangers send to break a page: every address of the shop, with bytes no browser of ours sends."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

HUGE = "9" * 25
ENDLESS = "9" * 5000  # more digits than Python turns into a number
PARTS = {  # what stands in an address where the pattern leaves room
    "int": ["1", "0", HUGE],
    "slug": ["1", "no-such-thing", HUGE],
    "path": ["1", "abc", "%00", "-1", HUGE, "1/2", "%ED%A0%80", "_00"],
}
QUERIES = [
    "page=%00&sort=%00&q=%00&variant=%00&in_stock=%00&min=%00&max=%00",
    f"page={HUGE}&sort={HUGE}&q={HUGE}&variant={HUGE}&min={HUGE}&max={HUGE}",
    f"page={ENDLESS}&variant={ENDLESS}&min={ENDLESS}&max={ENDLESS}",
    "page=-1&min=-1&max=NaN&variant=²&q=%ED%A0%80&sort=%FF%FE",
    "&".join(f"{name}={'%EF%B7%BA' * 99}{'%C4%B0' * 99}" for name in ("q", "sort", "variant")),  # they grow
    "page=%C2%B2&min=1e999&max=Infinity&variant=%D9%A3&q=%22%27%3B--",
]
LOOKUPS = [
    ("__exact", "%00"),
    ("__exact", "abc"),
    ("__exact", HUGE),
    ("__in", "%00,"),
    ("__isnull", "%00"),
    ("__id__exact", "%00"),
    ("__id__exact", HUGE),
    ("__year", "-1"),
    ("__year", "99999999"),
    ("__month", "%00"),
    ("__gte", "abc"),
    ("__gte", "1e999"),
    ("__range", "1"),
    ("__regex", "("),
    ("", "%00"),
]
CHARSETS = ["utf-7", "no-such", "rot13", "base64", "idna", "undefined", "utf-16", "'"]
QUESTIONS = [
    f"p={HUGE}",
    "p=-1",
    "p=%00",
    "p=²",
    f"p={ENDLESS}",
    "o=%00",
    f"o={HUGE}",
    "o=-.-",
    "o=²",
    f"o={ENDLESS}",
    "q=%00",
    "q=%22%00%22",
    "all=%00",
    "e=1",
    "_popup=%00",
    "_to_field=%00",
    "_to_field=id",
    "_facets=%00",
    "_changelist_filters=%00",
    "no_such_field=1",
    "pk=%00",
    f"pk={HUGE}",
    f"id__in={HUGE},%00",
    "id__in=abc",
    "id__regex=(",
    "id__gt=1e999",
    "__=1",
    "id__isnull=%00",
    "id____exact=1",
    "_state=1",
]
COOKIE_NAMES = ["kora_staff", "kora_csrf", "kora_cart", "kora_comments", "messages"]
HEADERS = [
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_IF_RANGE",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_HX_REQUEST",
    "HTTP_HX_CURRENT_URL",
    "HTTP_HX_CURRENT_URL_URI_AUTOENCODED",
    "CONTENT_LENGTH",
    "HTTP_REFERER",
    "HTTP_ORIGIN",
    "HTTP_HOST",
]
HEADER_VALUES = [
    "\x00",
    "é\xff",
    "[::1",
    "http://[",
    "9" * 5000,
    "bytes=9-²",
    'W/"',
    "Sun, 99 Foo 9 99:99:99 GMT",
]
FORMS = {"/cart/add/", "/checkout/", "/comments/post/", "/payments/stripe/webhook/", "/admin/login/"}
AUTOCOMPLETE = [
    "",
    "app_label=%00&model_name=%00&field_name=%00&term=%00",
    "app_label=shop&model_name=product&field_name=maker&term=%00",
    f"app_label=shop&model_name=product&field_name=maker&term=x&page={HUGE}",
    "app_label=shop&model_name=product&field_name=maker&page=abc",
    "app_label=shop&model_name=product&field_name=no",
]
COOKIES = [
    "\x00",
    '"\\000\\000\\000\\000\\000\\000\\000\\000"',
    "é\x80\xff",
    "a" * 9000,
    '"',
    "\udcff",
    "{",
    "ey:x:y",
]
DEEP = "[" * 100_000


@dataclass(frozen=True)
class Shot:
    """One request: where, how and with what."""

    method: str
    address: str
    body: bytes = b""
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)


def addresses(*, of_admin: bool) -> list[str]:
    """Return every address, its gaps filled with hostile parts; in the admin a third of them."""
    found: dict[str, None] = {}
    for n, pattern in enumerate(_patterns()):
        filled = list(dict.fromkeys(_filled(pattern)))
        found |= dict.fromkeys(filled[n % min(3, len(filled)) :: 3] if of_admin else filled)
    return [address for address in found if address.startswith("/admin/") == of_admin]


def plain_addresses(*, of_admin: bool) -> list[str]:
    """Return one address of each pattern."""
    found = dict.fromkeys(next(iter(_filled(pattern))) for pattern in _patterns())
    return [address for address in found if address.startswith("/admin/") == of_admin]


def _patterns(resolver: Any = None, before: str = "/") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        text = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, text)
        elif isinstance(entry, URLPattern):
            yield text


def _filled(pattern: str) -> Iterator[str]:
    pattern = pattern.replace("([^/]+)", "<path:part>").replace("^", "").removesuffix("$")
    pattern = re.sub(r"\(\?P<\w+>.*\)", "<path:part>", pattern)
    pieces = re.split(r"<(?:(\w+):)?\w+>", pattern)
    kinds = [kind or "path" for kind in pieces[1::2]]
    for parts in (
        zip(*(PARTS[kind] + [PARTS[kind][0]] * 8 for kind in kinds), strict=False) if kinds else [()]
    ):
        text = pieces[0]
        for part, after in zip(parts, pieces[2::2], strict=True):
            text += part + after
        yield text


def list_questions() -> Iterator[tuple[str, str]]:
    """Yield each list of the admin with its share of the general questions and all about its own filters."""
    for n, (model, model_admin) in enumerate(admin.site._registry.items()):
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for query in [*QUESTIONS[n % 5 :: 5], *_odd_filters(model_admin)]:
            yield address, query


def _odd_filters(model_admin: Any) -> Iterator[str]:
    names = [
        str(f[0] if isinstance(f, tuple) else f) for f in model_admin.list_filter if not isinstance(f, type)
    ]
    for n, name in enumerate(dict.fromkeys(names)):
        for lookup, value in LOOKUPS[n % 2 :: 2]:
            yield f"{name}{lookup}={value}"
    if model_admin.date_hierarchy:
        name = model_admin.date_hierarchy
        yield from (
            f"{name}__year=2026&{name}__month=13",
            f"{name}__year=2026&{name}__month=2&{name}__day=31",
        )


def multipart(*parts: bytes) -> bytes:
    """Return a multipart body of these parts with the boundary `x`."""
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


def bodies() -> list[tuple[str, bytes]]:
    """Return bodies with their content types that no form of ours sends."""
    form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    simple = b'Content-Disposition: form-data; name="a"\r\n\r\n1'
    return [
        *((f"{form}; charset={charset}", b"a=+AGEAYg-&csrfmiddlewaretoken=%00") for charset in CHARSETS),
        *((f"{multi}; charset={charset}", multipart(simple)) for charset in CHARSETS),
        (form, b"variant=%00&quantity=" + ENDLESS.encode() + b"&%00=%FF&%ED%A0%80=%ED%A0%80"),
        (form, b"&".join(b"a%d=" % n for n in range(2000))),
        (form, b"variant=\xff\xfe&action=\x00&name=\x00&email=\x00&body=\x00"),
        ("multipart/form-data", multipart(simple)),
        ("multipart/form-data; boundary=\udcff", multipart(simple)),
        ("multipart/form-data; boundary=" + "y" * 300, multipart(simple)),
        (multi, multipart(simple)[:-20]),
        (multi, multipart(b"Content-Disposition: form-data; name*=no-such''%FF\r\n\r\n1")),
        (multi, multipart(b"Content-Disposition: form-data; name=a; filename*=utf-7''%00+AGE\r\n\r\n1")),
        (multi, multipart(b"Content-Disposition: form-data; name=a; filename*=rot13''%41bc\r\n\r\n1")),
        (
            multi,
            multipart(
                b'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!'
            ),
        ),
        (multi, multipart(b'Content-Disposition: form-data; name="a"; filename="\x00/../x"\r\n\r\n\x00')),
        (multi, multipart(b'Content-Disposition: form-data; name="a\x00"\r\n\r\n\x00')),
        (
            multi,
            multipart(
                b'Content-Disposition: form-data; name="a"; filename="x"\r\n'
                b"Content-Type: a; charset=x; b*=q''z\r\n\r\n1"
            ),
        ),
        ("application/json", DEEP.encode()),
        ("application/json; charset=utf-16", b"\xff\xfe\x00\xd8"),
    ]


def events() -> list[bytes]:
    """Return bodies that a thief of the webhook's secret could sign."""
    event = {"id": "evt_x", "type": "charge.dispute.created", "data": {"object": {"id": "x"}}}
    good = json.dumps(event)
    return [
        DEEP.encode(),
        ('{"a":' * 100_000).encode(),
        good.replace('"x"', "NaN").encode(),
        good.replace('"x"', "-Infinity").encode(),
        good.replace('"x"', "1e999").encode(),
        good.replace('"x"', ENDLESS).encode(),
        good.replace('"x"', '"\\u0000"').encode(),
        good.replace('"x"', '"\\ud800"').encode(),
        good.replace("evt_x", "evt\\u0000").encode(),
        good.replace("charge.", "\\ud800").encode(),
        good.replace('"x"', "[" * 500 + "]" * 500).encode(),
        good.replace('"id": "x"', '"\\u0000": 1').encode(),
        b"\xff\xfe",
        b"",
        b"null",
        b"[]",
        b'"a"',
        b"1",
        b"NaN",
        good.encode("utf-16"),
        b"\xef\xbb\xbf" + good.encode(),
    ]
