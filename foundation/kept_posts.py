"""Give back what a member of the staff typed into a form that the admin could not take.

    return kept_posts.page(request, status=403, title=..., text=..., can_send_again=True)

The page shows every field. Where sending it again can help, such as after a token has changed, it
carries the fields as hidden inputs beside a fresh token: somebody has to press the button. Nothing is
given back to strangers, nor to a form that comes from another site. Files cannot be kept: the page
names them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.urls import Resolver404, resolve

OURS = "csrfmiddlewaretoken"
SECRET = ("password", "_opened")  # what no page shows
MOST_SHOWN = 20_000  # fields


@dataclass(frozen=True, slots=True)
class Typed:
    """A field as it came: its name, what stands in it, and whether people may read it."""

    name: str
    value: str
    is_shown: bool

    @property
    def lines(self) -> int:
        """How high a box shows it."""
        return min(20, 1 + self.value.count("\n") + len(self.value) // 80)


def keep_what_was_read(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: hold on to the fields of an admin's form that is refused while it is being read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and _is_admin(request):
            request.parse_file_upload = partial(_parse, request)  # type: ignore[method-assign]
        return get_response(request)

    return middleware


def _parse(request: Any, meta: Any, data: Any) -> Any:
    request.parser = MultiPartParser(meta, data, request.upload_handlers, request.encoding)
    return request.parser.parse()


def is_offered(request: HttpRequest) -> bool:
    """Tell whether what came with this request is given back: to staff, from a form of this site."""
    if request.method != "POST" or not _is_admin(request):
        return False
    user = getattr(request, "user", None)
    return user is not None and user.is_active and user.is_staff and _is_from_here(request)


def page(
    request: HttpRequest, *, status: int, title: str, text: str, can_send_again: bool = False
) -> HttpResponse:
    """Return the page that gives back what was typed."""
    fields = list(_typed(request))
    context = {
        "title": title,
        "text": text,
        "fields": fields,
        "shown": [field for field in fields if field.is_shown and field.value],
        "files": [file.name for files in _files(request) for file in files],
        "can_send_again": can_send_again and bool(fields),
        "address": request.get_full_path(),
    }
    return render(request, "admin/kept_post.html", context, status=status)


def _is_admin(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).app_name == "admin"
    except Resolver404:
        return False


def _is_from_here(request: HttpRequest) -> bool:
    """Tell whether nothing speaks of another site; the session's cookie came along, which is SameSite."""
    here = (request.scheme, request.get_host())
    for header in ("Origin", "Referer"):
        source = request.headers.get(header)
        if source and (urlsplit(source).scheme, urlsplit(source).netloc) != here:
            return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def _typed(request: HttpRequest) -> Iterator[Typed]:
    left = MOST_SHOWN
    for name, values in _fields(request).lists():
        for value in values if name != OURS and "password" not in name else ():
            if not left:
                return
            left -= 1
            yield Typed(name, str(value), not any(secret in name for secret in SECRET))


def _fields(request: HttpRequest) -> QueryDict:
    """Return the fields of a form, also of one with more of them than are taken."""
    try:
        if request.POST:
            return request.POST
    except SuspiciousOperation:
        pass  # more than is taken: what arrived of it is in the body, or with the parser
    try:
        return _read_plainly(request.body)
    except (RawPostDataException, SuspiciousOperation) as error:
        if isinstance(error, RequestDataTooBig) and "urlencoded" in (request.content_type or ""):
            return _read_plainly(request.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))  # as far as is taken
        parser = getattr(request, "parser", None)
        found: QueryDict = getattr(parser, "_post", None) or QueryDict()
        return found


def _read_plainly(body: bytes) -> QueryDict:
    found = QueryDict(mutable=True)
    for pair in body.decode(errors="replace").split("&")[:MOST_SHOWN]:
        for name, values in QueryDict(pair).lists():
            found.setlistdefault(name).extend(values)
    return found


def _files(request: HttpRequest) -> Iterator[list[Any]]:
    found: Any = getattr(request, "_files", None) or QueryDict()
    for _name, files in found.lists():
        yield files
