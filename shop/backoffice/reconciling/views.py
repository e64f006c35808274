"""The buttons of the screen "Stripe and the shop"; every view is wrapped by the admin's sign-in."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import daily, mending, screen
from shop.backoffice.reconciling.corrections import NotMended
from shop.backoffice.reconciling.findings import Kind
from shop.backoffice.reconciling.forms import SettleForm
from shop.backoffice.reconciling.kinds import MENDINGS, Verb

Desk = ModelAdmin[Comparison]


def show(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show that all agrees, or what differs, to whoever may see comparisons."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    facts = screen.context(can_change=_may_change(request))
    return _render(request, desk, "change_list", facts | {"title": _("Stripe and the shop")})


def compare(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the worker compare now."""
    _require_right(request)
    if request.method == "POST":
        try:
            daily.compare_now()
        except NotMended as refusal:
            messages.warning(request, str(refusal))
    return _back()


def mend(request: HttpRequest, difference_id: int, verb: str, desk: Desk) -> HttpResponse:
    """Do what a button says; ask once more first if that moves money."""
    _require_right(request)
    difference = Difference.objects.filter(pk=difference_id).first()
    chosen = MENDINGS[Kind(difference.kind)].verb(verb) if difference else None
    if difference is None or chosen is None:
        raise Http404
    if request.method != "POST":
        return _back()
    if chosen.question and "confirmed" not in request.POST and difference.gone_at is None:
        title = {"title": chosen.label, "difference": difference, "verb": chosen}
        return _render(request, desk, "confirm", title)
    return _mend(request, difference, chosen)


def _mend(request: HttpRequest, difference: Difference, verb: Verb) -> HttpResponse:
    try:
        done = mending.press(difference_id=difference.pk, verb=verb.name, staff=request.user)
    except NotMended as refusal:
        messages.warning(request, str(refusal))
        return _back()
    words = {"what": done.sentence, "why": done.mending_error}
    if done.mending_error:
        messages.error(request, _("Not mended: %(what)s %(why)s") % words)
    elif done.gone_at:
        messages.success(request, _("Mended: %(what)s") % words)
    return _back()


def settle(request: HttpRequest, difference_id: int, desk: Desk) -> HttpResponse:
    """Ask how a difference was settled, then leave it be."""
    _require_right(request)
    difference = Difference.objects.filter(pk=difference_id).first()
    if difference is None:
        raise Http404
    if request.method != "POST":
        return _back()
    form = SettleForm(request.POST if "note" in request.POST else None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if not note and difference.gone_at is None:
        title = {"title": _("It is settled"), "difference": difference, "form": form}
        return _render(request, desk, "settle", title)
    try:
        mending.settle(difference_id=difference.pk, note=note, staff=request.user)
    except NotMended as refusal:
        messages.warning(request, str(refusal))
    return _back()


def _may_change(request: HttpRequest) -> bool:
    return request.user.has_perm("shop.change_difference")


def _require_right(request: HttpRequest) -> None:
    if not _may_change(request):
        raise PermissionDenied


def _render(request: HttpRequest, desk: Desk, page: str, facts: dict[str, Any]) -> HttpResponse:
    common = {**desk.admin_site.each_context(request), "opts": desk.opts, "media": desk.media}
    return TemplateResponse(request, f"admin/shop/comparison/{page}.html", common | facts)


def _back() -> HttpResponse:
    return redirect("admin:shop_comparison_changelist")
