"""A form of the admin that arrives when its session has ended: the password is asked for in place.

What was typed travels in the page itself: from the form to the sign-in, and back into the form, which shows
it and saves it when told to; forms that are no page of their own are shown to be looked over. Of the words
nothing is stored, so nobody sees them but that browser; files wait for whoever chose them
(config.kept_files).
"""

import json
import re
from collections.abc import Callable
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache

from config import kept_files, sign_in
from foundation import staff_admin

TYPED = "_typed"  # the field of the sign-in page that holds the refused form
FILES = "_files"  # the one that holds the signed names of its files
_SHOWN_AGAIN = _lazy(
    "You are signed in again. Nothing is saved yet: this is what you typed. Look it over and save."
)
_FILES_AGAIN = _lazy("Files have to be chosen again.")
_NOT_TYPED = ("_changelist", "_delete", "login", "logout", "autocomplete")
_SECRET = re.compile("password|csrfmiddlewaretoken", re.IGNORECASE)
_INNER = re.compile(r"^_|-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|-id$|^initial-|__prefix__")

Fields = dict[str, list[str]]


def is_typed(request: HttpRequest) -> bool:
    """Return whether this is a filled-in form, not a bare button or a selection from a list."""
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    has_fields = request.method == "POST" and bool(_fields(request))
    return has_fields and not name.endswith(_NOT_TYPED)


@never_cache
def keep(request: HttpRequest, site: AdminSite, form_page: Callable[[], Any] | None) -> HttpResponse:
    """Ask for the password, or show what was typed once somebody has signed in.

    `form_page` answers the request with the form itself; without it there is a page to look things over.
    """
    fields, files = _fields(request), _files(request)
    if site.has_permission(request):
        return _show(request, site, fields, files, form_page)
    form = cast(Any, site.login_form)(request, request.POST if TYPED in request.POST else None)
    if TYPED in request.POST and form.is_valid():
        user = cast(User, form.get_user())
        login(request, user)
        shown = _show(request, site, fields, files, form_page)
        sign_in.remember_device(shown, user)
        return shown
    lost = len(request.FILES) > len(files)
    context = _context(request, site, fields) | {"title": _("Sign in again"), "form": form}
    context |= {"typed": json.dumps(fields), "files": json.dumps(files), "has_lost_files": lost}
    page = TemplateResponse(request, "admin/session_ended.html", context)
    return cast(HttpResponse, sign_in.answer_waiting(request, page))


def _show(
    request: HttpRequest, site: AdminSite, fields: Fields, files: Fields, form_page: Callable[[], Any] | None
) -> HttpResponse:
    if form_page is None:
        context = _context(request, site, fields) | {"title": _("Look it over and save")}
        return TemplateResponse(request, "admin/session_resumed.html", context)
    typed = QueryDict(mutable=True)
    for name, values in fields.items():
        typed.setlist(name, values)
    request.POST = typed  # type: ignore[assignment]
    given = kept_files.give_back(files, user_id=cast(User, request.user).pk)
    request._files = given  # type: ignore[attr-defined]
    is_whole = all(len(given.getlist(name)) == len(names) for name, names in files.items())
    staff_admin.refuse(request, _SHOWN_AGAIN if is_whole else f"{_SHOWN_AGAIN} {_FILES_AGAIN}")
    return cast(HttpResponse, form_page())


def _files(request: HttpRequest) -> Fields:
    """Return signed names of the files that came along, if we know this browser; else none is kept."""
    if TYPED in request.POST:
        return _read_fields(request.POST.get(FILES, ""))
    user = sign_in.known_user(request) if request.FILES else None
    return kept_files.keep(request.FILES, user_id=user.pk) if user is not None else {}


def _context(request: HttpRequest, site: AdminSite, fields: Fields) -> dict[str, Any]:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return {
        **site.each_context(request),
        "app_path": request.get_full_path(),
        "pairs": pairs,
        "shown": [(_label(name), strip_tags(value)) for name, value in pairs if _is_shown(name, value)],
    }


def _fields(request: HttpRequest) -> Fields:
    """Return what was typed: the form itself, or the one that the sign-in page has carried on."""
    if TYPED in request.POST:
        return _read_fields(request.POST[TYPED])
    return {name: list(map(str, request.POST.getlist(name))) for name in request.POST if _is_kept(name)}


def _read_fields(text: str) -> Fields:
    try:
        carried = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(carried, dict):
        return {}
    return {name: list(map(str, v)) for name, v in carried.items() if isinstance(v, list) and _is_kept(name)}


def _is_kept(name: str) -> bool:
    return not _SECRET.search(name) and name not in {TYPED, FILES}


def _is_shown(name: str, value: str) -> bool:
    return bool(value.strip()) and not _INNER.search(name)


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip().capitalize()
