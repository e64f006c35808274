"""The moderators' desk: read everything at once, decide with one press, take it back with another."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments import desk, moderation
from comments.desk import Choice, is_id, row_context
from comments.models import SUSPICIOUS_SCORE, Comment, Decision, State
from foundation import freshness, inlines
from foundation.staff_admin import StaffAdmin

WAITING_FIRST = Case(
    When(Q(state=State.PENDING, spam_score__lt=SUSPICIOUS_SCORE), then=Value(0)),
    When(Q(state=State.PENDING), then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


class StateFilter(admin.SimpleListFilter):
    """Filter by state, with the number of comments in each."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return each state with its count. One query."""
        rows = Comment.objects.order_by().values_list("state").annotate(Count("id"))
        counts = dict(rows)
        return [(state.value, f"{state.label} ({counts.get(state.value, 0)})") for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        """Keep the chosen state; an unknown one keeps everything."""
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


class DecisionInline(inlines.TabularInline):
    """The log of decisions, newest first; nobody edits it."""

    model = Decision
    fields = readonly_fields = ("at", "staff", "from_state", "to_state", "reason", "score")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Return False: decisions are made with the buttons."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Return False: the log is append-only."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        """Show the log to everybody who may see the comment."""
        rights = ("comments.view_comment", "comments.change_comment")
        return any(request.user.has_perm(right) for right in rights)


class MarkedList(ChangeList):
    """The list of comments, those marked whose names could be taken for somebody's."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page's comments and mark them."""
        super().get_results(request)
        desk.mark(self.result_list)


@admin.register(Comment)
class CommentAdmin(StaffAdmin):
    """All comments, those that wait first, with their full text and three buttons each."""

    list_display = ("card",)
    list_display_links = None
    list_filter = (StateFilter,)
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("body", "name", "email")
    search_help_text = gettext_lazy("Searches the text, the name and the e-mail address.")
    ordering = (WAITING_FIRST, "-posted_at", "-id")
    actions = ("approve", "spam", "reject")
    inlines = (DecisionInline,)
    fields = readonly_fields = ("card",)
    shows_typed = False  # its buttons decide at once
    watches_list = False  # each decision tells which state it was shown

    class Media:
        css = {"all": ["css/admin/moderation.css"]}
        js = [Script("js/moderation.js", defer=True)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List comments with what their names look like."""
        return MarkedList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Comment | None:
        """Return one comment with what its name looks like."""
        comment = super().get_object(request, object_id, from_field)
        desk.mark([comment] if comment else [])
        return comment

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Fetch what the cards show. Three queries more than the comments' own, however many."""
        return super().get_queryset(request).prefetch_related("target", "decisions__staff")

    @admin.display(description=gettext_lazy("comment"))
    def card(self, comment: Comment) -> SafeString:
        """Show one comment with everything needed to judge it."""
        return render_to_string("admin/comments/comment/row.html", row_context(comment))

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Publish the selected comments."""
        self._decide(request, queryset, State.APPROVED)

    @admin.action(description=gettext_lazy("Mark as spam"), permissions=["change"])
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """File the selected comments as spam."""
        self._decide(request, queryset, State.SPAM)

    @admin.action(description=gettext_lazy("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Turn the selected comments down."""
        self._decide(request, queryset, State.REJECTED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: comments come from readers."""
        return False

    def delete_model(self, request: HttpRequest, obj: Comment) -> None:
        """Delete a comment; its page shows it at once."""
        super().delete_model(request, obj)
        freshness.bump()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        """Delete comments; their pages show it at once."""
        super().delete_queryset(request, queryset)
        freshness.bump()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, or carry out a row's button or an Undo and show the list again."""
        if "decision" in request.POST or "undo" in request.POST:
            return self._button(request, back_to=request.get_full_path())
        return super().changelist_view(request, {"title": _("Comments")} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one comment and its log, or carry out a button and go back to the list."""
        if "decision" in request.POST:
            return self._button(request, back_to=reverse("admin:comments_comment_changelist"))
        return super().change_view(request, object_id, form_url, extra_context)

    def _button(self, request: HttpRequest, *, back_to: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "undo" in request.POST:
            self._undo(request, request.POST["undo"])
        elif choice := Choice.read(request.POST["decision"]):
            chosen = Comment.objects.filter(pk=choice.comment_id)
            self._decide(request, chosen, choice.to_state, seen={choice.comment_id: choice.seen_state})
        return HttpResponseRedirect(back_to)

    def _decide(
        self,
        request: HttpRequest,
        comments: Iterable[Comment],
        to_state: State,
        seen: dict[int, str] | None = None,
    ) -> None:
        """Decide on each comment for itself, from the state that the page had shown."""
        seen = Choice.read_seen(request.POST.getlist("seen")) if seen is None else seen
        decided = []
        for comment in comments:
            try:
                decision = moderation.decide(
                    comment=comment, to_state=to_state, staff=_staff(request), seen_state=seen.get(comment.pk)
                )
                decided.append(decision)
            except moderation.DecidedAlready as refusal:
                self.message_user(request, refusal.message, messages.WARNING)
        if decided:
            self._report(request, decided, to_state)

    def _report(self, request: HttpRequest, decided: list[Decision], to_state: State) -> None:
        """Say what was done, with the button that takes it back."""
        text = ngettext(
            "%(count)d comment is now “%(state)s”.", "%(count)d comments are now “%(state)s”.", len(decided)
        ) % {"count": len(decided), "state": to_state.label}
        ids = ",".join(str(decision.pk) for decision in decided)
        button = '{} <button type="submit" form="undo-form" name="undo" value="{}" class="undo">{}</button>'
        self._say_once(request, format_html(button, text, ids, _("Undo")))

    def _say_once(self, request: HttpRequest, text: str) -> None:
        """Say what was done, unless a first press has said just that and nobody read it yet."""
        waiting = cast(BaseStorage, messages.get_messages(request))
        is_said = text in [message.message for message in waiting]
        waiting.used = False  # they were looked at, not shown
        if not is_said:
            self.message_user(request, text, messages.SUCCESS)

    def _undo(self, request: HttpRequest, ids: str) -> None:
        """Take decisions back, each for itself."""
        wanted = [int(part) for part in ids.split(",") if is_id(part)]
        undone = 0
        for decision in Decision.objects.filter(pk__in=wanted).select_related("comment"):
            try:
                moderation.undo(decision=decision, staff=_staff(request))
                undone += 1
            except moderation.DecidedAlready as refusal:
                self.message_user(request, refusal.message, messages.WARNING)
        if undone:
            text = ngettext(
                "%(count)d decision is taken back.", "%(count)d decisions are taken back.", undone
            )
            self._say_once(request, text % {"count": undone})


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)  # the admin lets nobody else in
