"""Staff mend an order: correct its addresses, send a mail again, add a note."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shop.backoffice import corrections, resending
from shop.backoffice.correction_forms import CorrectionForm, NoteForm, ResendForm
from shop.backoffice.order_views import Desk, back, missing, order_to_change, page, render
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order


def correct(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Show what can be corrected; a POST corrects it, or shows the form again with what is wrong."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if not corrections.may_correct(order):
        messages.warning(request, _("The order is cancelled: there is nothing to correct."))
        return back(order)
    form = CorrectionForm(request.POST or None, order=order)
    if not form.is_valid():
        return _show(request, order, desk, form)
    try:
        changed = corrections.correct(
            order_id=order.pk, wanted=form.wanted, shown=request.POST.get("shown", ""), staff=request.user
        )
    except corrections.Overtaken as error:
        return _show(request, order, desk, _shown_anew(form, str(error)))
    except (corrections.CostsOther, IllegalTransition) as error:
        form.add_error(None, str(error))
        return _show(request, order, desk, form)
    text = _("Order %(order)s is corrected.") if changed else _("Nothing of order %(order)s was changed.")
    messages.success(request, text % {"order": order})
    return back(order)


def _shown_anew(typed: CorrectionForm, why: str) -> CorrectionForm:
    """Return the form as it was typed, which now knows what the order says."""
    typed.order.refresh_from_db()
    form = typed.take_over()
    form.add_error(None, why)
    return form


def _show(request: HttpRequest, order: Order, desk: Desk, form: CorrectionForm) -> HttpResponse:
    title = _("Correct order %(order)s") % {"order": order}
    has_left = corrections.has_left(order)
    return render(request, order, desk, "correct", {"title": title, "form": form, "has_left": has_left})


def resend(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Send one of the order's mails again."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if request.method != "POST":
        return back(order)
    mails = list(resending.to_buyer(order))
    form = ResendForm(request.POST, mails=mails, count=len(mails))
    if not form.is_valid():
        return page(request, order, desk, resend_form=form)
    chosen, so_far = int(form.cleaned_data["mail"]), form.cleaned_data["mails_so_far"]
    try:
        again = resending.resend(order=order, mail_id=chosen, mails_so_far=so_far, staff=request.user)
    except resending.NotResent as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The mail goes to %(email)s again.") % {"email": again.recipient})
    return back(order)


def note(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Add a note that only the staff sees."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if request.method != "POST":
        return back(order)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return page(request, order, desk, note_form=form)
    order.notes.create(text=form.cleaned_data["text"], staff_id=request.user.pk)
    messages.success(request, _("The note is on the order."))
    return back(order)
