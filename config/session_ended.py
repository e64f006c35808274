"""A form of the admin that arrives when its session has ended: the password is asked for in place.

What was typed travels in the page itself: from the form to the sign-in, and on to a page that shows it again
and saves it when told to. Nothing is stored, so nobody sees it but that browser; nothing is saved unseen.
"""

import json
import re
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from config import sign_in

TYPED = "_typed"  # the field of the sign-in page that holds the refused form
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
def keep(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Ask for the password, or show what was typed once somebody has signed in."""
    fields = _fields(request)
    if site.has_permission(request):
        return _show(request, site, fields)
    form = cast(Any, site.login_form)(request, request.POST if TYPED in request.POST else None)
    if TYPED in request.POST and form.is_valid():
        user = cast(User, form.get_user())
        login(request, user)
        shown = _show(request, site, fields)
        sign_in.remember_device(shown, user)
        return shown
    context = _context(request, site, fields) | {"title": _("Sign in again"), "form": form}
    page = TemplateResponse(request, "admin/session_ended.html", context | {"typed": json.dumps(fields)})
    return cast(HttpResponse, sign_in.answer_waiting(request, page))


def _show(request: HttpRequest, site: AdminSite, fields: Fields) -> HttpResponse:
    context = _context(request, site, fields) | {"title": _("Look it over and save")}
    return TemplateResponse(request, "admin/session_resumed.html", context)


def _context(request: HttpRequest, site: AdminSite, fields: Fields) -> dict[str, Any]:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return {
        **site.each_context(request),
        "app_path": request.get_full_path(),
        "pairs": pairs,
        "shown": [(_label(name), strip_tags(value)) for name, value in pairs if _is_shown(name, value)],
        "has_files": bool(request.FILES),
    }


def _fields(request: HttpRequest) -> Fields:
    """Return what was typed: the form itself, or the one that the sign-in page has carried on."""
    if TYPED not in request.POST:
        return {name: list(map(str, request.POST.getlist(name))) for name in request.POST if _is_kept(name)}
    try:
        carried = json.loads(request.POST[TYPED])
    except (ValueError, RecursionError):
        return {}
    if not isinstance(carried, dict):
        return {}
    return {name: list(map(str, v)) for name, v in carried.items() if isinstance(v, list) and _is_kept(name)}


def _is_kept(name: str) -> bool:
    return not _SECRET.search(name) and name != TYPED


def _is_shown(name: str, value: str) -> bool:
    return bool(value.strip()) and not _INNER.search(name)


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip().capitalize()
