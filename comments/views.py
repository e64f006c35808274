"""Taking a comment: back to its page when it is kept, the form again when something is wrong."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from comments import own, panel, posting, targets, tokens
from comments.forms import CommentForm
from foundation import limits, links
from foundation.methods import require_POST


@never_cache
@require_POST
def post(request: HttpRequest) -> HttpResponse:
    """Keep a comment and lead back to its page (303), or show the form with what to mend (200).

    What was sent before is answered like anything else, but to the browser that has sent it.
    400 for a form that is not ours, 429 beyond settings.LIMIT_COMMENTS; the input is kept in each case.
    """
    form = CommentForm(request.POST)
    is_complete = form.is_valid()
    try:
        token = tokens.read(request.POST.get("target", ""))
        target = targets.find(token.target_key)
    except (tokens.BadToken, targets.UnknownTarget):
        return _ask_again(request, form, None, _lost_page(), status=400)
    if not targets.policy_for(target).accepts(target):
        return _ask_again(request, form, target, _("Comments are closed here."))
    if not is_complete:
        return _ask_again(request, form, target)
    return _take(request, form, target, is_young=token.age_seconds < settings.COMMENT_YOUNG_SECONDS)


def _take(request: HttpRequest, form: CommentForm, target: models.Model, *, is_young: bool) -> HttpResponse:
    draft = posting.Draft(
        target=target,
        sending=_sending(request),
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        body=form.cleaned_data["body"],
        ip_hash=limits.client_key(request),
        is_trapped=bool(form.cleaned_data["website"]),
        is_young=is_young,
    )
    verdict = limits.take(bucket="comments", key=draft.ip_hash, rate=settings.LIMIT_COMMENTS)
    if not verdict.is_allowed:
        return _too_many(request, form, target, verdict.retry_after_seconds)
    known = posting.sent_before(draft, own_ids=own.ids(request))
    comment = known or posting.post(draft)
    page = links.with_query(targets.policy_for(target).url(target), panel.SENT_BEFORE if known else "")
    address = links.address(page, anchor=panel.SENT_BEFORE_ID if known else comment.anchor)
    response = HttpResponse(status=303, headers={"Location": address})
    own.remember(request, response, comment.pk)
    return response


def _sending(request: HttpRequest) -> str:
    """Return what a form that is pressed twice sends twice, and no other browser can send."""
    secret = request.META.get("CSRF_COOKIE") or get_random_string(32)
    return limits.keyed_hash(f"{secret} {request.POST['target']}")


def _too_many(request: HttpRequest, form: CommentForm, target: models.Model, seconds: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    text = ngettext(
        "That was a lot at once. Nothing is lost: please send it again in %(count)d minute.",
        "That was a lot at once. Nothing is lost: please send it again in %(count)d minutes.",
        minutes,
    )
    response = _ask_again(request, form, target, text % {"count": minutes}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _ask_again(
    request: HttpRequest,
    form: CommentForm,
    target: models.Model | None,
    problem: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the form on a page of its own, with everything that was typed."""
    if problem:
        form.add_error(None, ValidationError(problem))
    context: dict[str, object] = {"form": form}
    if target is not None:
        policy = targets.policy_for(target)
        context |= {"title": policy.title(target), "url": policy.url(target)}
    return render(request, "comments/form_page.html", context, status=status)


def _lost_page() -> str:
    return _("This form has lost its page. Please copy your text, open the page again and paste it there.")
