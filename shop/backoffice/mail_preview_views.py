"""Staff look at the mails about an order before, or after, buyers get them. Nothing is sent or written.

Every view is wrapped by the admin's sign-in.
"""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from foundation import links
from foundation.methods import require_safe
from shop.backoffice import mail_previews
from shop.backoffice.mail_preview_form import PreviewForm
from shop.orders.models import Order

MAIL_POLICY = {  # a mail brings its styles inside its tags; nothing else runs, loads or is sent
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [NONE],
    "font-src": [NONE],
    "connect-src": [NONE],
    "manifest-src": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [True],
}


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def show(request: HttpRequest, desk: ModelAdmin[Order]) -> HttpResponse:
    """Show a mail's subject, HTML at two widths, and text; or why there is no such mail."""
    _require_right(request)
    form = PreviewForm(request.GET)
    context = desk.admin_site.each_context(request) | {
        "title": _("Mails as they would be sent"), "opts": desk.opts, "media": desk.media, "form": form
    }  # fmt: skip
    seen = _seen(form) if form.is_valid() else {}
    return TemplateResponse(request, "admin/shop/order/mails.html", context | seen)


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]
def html(request: HttpRequest, desk: ModelAdmin[Order]) -> HttpResponse:
    """Return a mail's HTML alone, byte for byte, for a frame of the page above."""
    _require_right(request)
    form = PreviewForm(request.GET)
    if not form.is_valid():
        raise Http404
    try:
        parts = mail_previews.preview(form.cleaned_data["message"], form.cleaned_data["order"])
    except mail_previews.DoesNotFit as reason:
        raise Http404(str(reason)) from reason
    return HttpResponse(parts["html"])


def _require_right(request: HttpRequest) -> None:
    if not request.user.has_perm("shop.view_order"):
        raise PermissionDenied


def _seen(form: PreviewForm) -> dict[str, Any]:
    message, order = form.cleaned_data["message"], form.cleaned_data["order"]
    try:
        parts = mail_previews.preview(message, order)
    except mail_previews.DoesNotFit as reason:
        return {"order": order, "reason": str(reason)}
    asked = {"message": message, "order": order.number}
    html_url = links.address(reverse("admin:shop_order_mail_html"), asked)
    return {"order": order, "mail": parts, "html_url": html_url}
