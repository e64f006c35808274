"""The steps on a card's page in the admin: each shows what will happen, and a POST does it.

Every view is wrapped by the admin's sign-in.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation import edit_conflict_words, edit_conflicts
from shop.giftcards import desk as card_desk
from shop.giftcards import issuing
from shop.giftcards.book import CardRefused
from shop.giftcards.forms import BalanceForm, NewCodeForm, StepForm
from shop.giftcards.models import GiftCard

Desk = ModelAdmin[GiftCard]


class Overtaken(Exception):
    """A colleague changed the card while its page was open; str() says what."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its texts, the form it asks with, what it does, and the field that a refusal belongs to."""

    link: str | Promise
    title: str | Promise
    says: str | Promise
    button: str | Promise
    done: str | Promise
    do: Callable[[GiftCard, Any, Any], None]
    form: type[StepForm] = StepForm
    field: str | None = None


def _block(card: GiftCard, _form: StepForm, staff: Any) -> None:
    card_desk.block(card, staff=staff)


def _unblock(card: GiftCard, _form: StepForm, staff: Any) -> None:
    card_desk.unblock(card, staff=staff)


def _send_new_code(card: GiftCard, form: NewCodeForm, staff: Any) -> None:
    issuing.new_code(card, staff=staff, recipient=form.cleaned_data["recipient"])


def _change_balance(card: GiftCard, form: BalanceForm, staff: Any) -> None:
    data = form.cleaned_data
    card_desk.change_balance(
        card, form.delta_minor, reason=data["reason"], reference=data["reference"], staff=staff
    )


STEPS = {
    "block": Step(
        link=_("Block …"),
        title=_("Block gift card %(card)s?"),
        says=_("Nobody can pay with it until you let it pay again. What is on it stays there."),
        button=_("Block the card"),
        done=_("Gift card %(card)s is blocked."),
        do=_block,
    ),
    "unblock": Step(
        link=_("Let it pay again …"),
        title=_("Let gift card %(card)s pay again?"),
        says=_("Whoever knows the code can pay with it again."),
        button=_("Let it pay again"),
        done=_("Gift card %(card)s can pay again."),
        do=_unblock,
    ),
    "code": Step(
        link=_("Send a new code …"),
        title=_("Send a new code for gift card %(card)s?"),
        says=_("For a code that was lost. The old code is dead at once; what is on the card stays there."),
        button=_("Send a new code"),
        done=_("The new code is on its way to %(recipient)s."),
        do=_send_new_code,
        form=NewCodeForm,
    ),
    "balance": Step(
        link=_("Change the balance …"),
        title=_("Change the balance of gift card %(card)s"),
        says=_("Orders and refunds change it by themselves. This is for mistakes and for goodwill."),
        button=_("Change the balance"),
        done=_("There is %(balance)s on gift card %(card)s now."),
        do=_change_balance,
        form=BalanceForm,
        field="amount",
    ),
}


def offered(card: GiftCard) -> dict[str, Step]:
    """Return the steps that make sense for a card."""
    is_offered = {"block": not card.is_blocked_by_hand, "unblock": card.is_blocked}
    return {name: step for name, step in STEPS.items() if is_offered.get(name, True)}


def take(request: HttpRequest, object_id: str, name: str, desk: Desk) -> HttpResponse:
    """Show what a step will do; a POST does it, or shows what is wrong next to the field."""
    card, step = desk.get_object(request, unquote(object_id)), STEPS[name]
    if not desk.has_change_permission(request, card):
        raise PermissionDenied
    if card is None:
        answer: HttpResponse = desk._get_obj_does_not_exist_redirect(request, desk.opts, object_id)  # type: ignore[attr-defined]
        return answer
    form = step.form(request.POST if request.method == "POST" else None, card=card)
    if request.method == "POST" and _is_taken(request, card, step, form):
        card.refresh_from_db()
        messages.success(request, _worded(step.done, card))
        return redirect("admin:shop_giftcard_change", card.pk)
    return _page(request, card, desk, step, form)


def _is_taken(request: HttpRequest, card: GiftCard, step: Step, form: StepForm) -> bool:
    """Do a step; False when the form is not valid or the card refuses, which the form then says."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            _require_as_shown(request, card)
            step.do(card, form, request.user)
    except Overtaken as conflict:
        form.add_error(None, str(conflict))
        card.refresh_from_db()
        return False
    except CardRefused as refusal:
        form.add_error(step.field, str(refusal))
        return False
    return True


def _require_as_shown(request: HttpRequest, card: GiftCard) -> None:
    """Lock a card. Raises Overtaken when a colleague changed it since the page was opened."""
    locked = GiftCard.objects.select_for_update().get(pk=card.pk)
    labels = {"balance": _("Balance"), "state": _("State"), "code": _("Code number")}
    text, reference = request.POST.get(edit_conflicts.FIELD), request.POST.get("reference")
    if reference and locked.movements.filter(reference=reference).exists():
        return  # the same form once more, which its step says
    lines = edit_conflict_words.overtaken(
        locked, text, _facts(locked), labels=labels, user=request.user,
        saved_since=lambda at: _last_save(locked, at),
    )  # fmt: skip
    if lines:
        raise Overtaken(" ".join(lines))


def _last_save(card: GiftCard, since: dt.datetime) -> edit_conflicts.Save | None:
    booked = card.movements.filter(at__gte=since, staff__isnull=False).select_related("staff")
    movement = booked.order_by("pk").last()
    if movement is not None:
        return edit_conflicts.Save(movement.staff, movement.at)
    return edit_conflicts.last_save(card, since)


def _facts(card: GiftCard) -> dict[str, str]:
    state = _("Blocked by hand") if card.is_blocked_by_hand else card.state.label
    return {"balance": card.balance.display(), "state": str(state), "code": str(card.code_number)}


def _page(request: HttpRequest, card: GiftCard, desk: Desk, step: Step, form: StepForm) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request), "opts": desk.opts, "media": desk.media, "card": card,
        "step": step, "form": form, "opened": edit_conflicts.carry(card, _facts(card)),
        "title": _worded(step.title, card),
    }  # fmt: skip
    return TemplateResponse(request, "admin/shop/giftcard/step.html", context)


def _worded(text: str | Promise, card: GiftCard) -> str:
    facts = {"card": card, "recipient": card.recipient, "balance": card.balance.display()}
    return str(text) % facts
