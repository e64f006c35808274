"""What staff sees of the foundation: shop details, pictures, mails and background jobs."""

import datetime as dt
from typing import Any, ClassVar

import django_tasks_db.admin  # noqa: F401 - registers the library's own screen, replaced below
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from foundation import freshness, jobs
from foundation.models import BackgroundJob, OutboxMail, Picture, Schedule, SiteIdentity
from foundation.staff_admin import StaffAdmin

admin.site.unregister([DBTaskResult, User, Group])


class ReadOnlyAdmin(StaffAdmin):
    """A list to look at: the program alone writes these rows."""

    watches_list = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


@admin.register(User)
class StaffUserAdmin(StaffAdmin, UserAdmin):
    """Who works here."""

    uncounted = ("last_login",)  # somebody who signs in changes nothing that a form would undo


@admin.register(Group)
class StaffGroupAdmin(StaffAdmin, GroupAdmin):
    """What a group of the staff may do."""


@admin.register(SiteIdentity)
class SiteIdentityAdmin(StaffAdmin):
    """One form, no list: the shop has one identity."""

    fieldsets = (
        (None, {"fields": ("name", "tagline")}),
        (
            _("Legal notice, mails and invoices"),
            {"fields": ("legal_name", "line1", "postal_code", "city", "country", "tax_number")},
        ),
        (_("Contact"), {"fields": ("email", "phone")}),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Go straight to the one row."""
        row = SiteIdentity.load()
        return HttpResponseRedirect(reverse("admin:foundation_siteidentity_change", args=[row.pk]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the one row, made with defaults the first time."""
        SiteIdentity.load()
        return super().get_object(request, object_id, from_field)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the one row is there already."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the one row stays."""
        return False

    def save_model(self, request: HttpRequest, obj: SiteIdentity, form: ModelForm[Any], change: bool) -> None:
        """Save, and let every public page show it."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            freshness.bump()


class FailedFilter(admin.SimpleListFilter):
    """Narrow pictures to those of which something could not be made."""

    title = _("what could not be made")
    parameter_name = "failed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer them."""
        return [("yes", _("Something could not be made"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return those pictures, or all."""
        return queryset.exclude(failures={}) if self.value() == "yes" else queryset


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    """Every stored picture; they are uploaded where they are used, and their focal point is set here."""

    list_display = ("thumbnail", "name", "width", "height", "has_renditions", "problem", "created_at")
    list_display_links = ("thumbnail", "name")
    readonly_fields = ("thumbnail", "name", "width", "height", "has_renditions", "problem", "created_at")
    fields = (
        "thumbnail", "name", "focal_x", "focal_y", "width", "height", "has_renditions", "problem",
        "created_at",
    )  # fmt: skip
    list_filter = (FailedFilter,)
    radio_fields: ClassVar = {"focal_x": admin.HORIZONTAL, "focal_y": admin.HORIZONTAL}
    search_fields = ("name", "sha256")
    date_hierarchy = "created_at"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change pictures may say what matters in them."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Picture, form: ModelForm[Any], change: bool) -> None:
        """Save the focal point, and let every public page show it."""
        with transaction.atomic():
            Picture.objects.filter(pk=obj.pk).update(focal_x=obj.focal_x, focal_y=obj.focal_y)
            freshness.bump()

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        """Show the smallest rendition."""
        return format_html('<img class="thumbnail" src="{}" alt="{}" width="80">', picture.url(80), picture)

    @admin.display(description=_("ready for all screens"), boolean=True)
    def has_renditions(self, picture: Picture) -> bool:
        """Say whether the worker is done with it."""
        return picture.is_rendered

    @admin.display(description=_("what could not be made"), empty_value="–")
    def problem(self, picture: Picture) -> str | None:
        """Name what could not be made, each with the reason."""
        return picture.problem or None


class SentFilter(admin.SimpleListFilter):
    """Narrow mails by what became of them."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer sent, waiting and in trouble."""
        return [("sent", _("Sent")), ("waiting", _("Waiting")), ("trouble", _("Not accepted yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the mails in the chosen state."""
        unsent = queryset.filter(sent_at=None)
        chosen = {
            "sent": queryset.exclude(sent_at=None),
            "waiting": unsent,
            "trouble": unsent.exclude(error=""),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """Every mail the shop wrote, as text; of a secret one, that it is one."""

    list_display = ("subject", "recipient", "message", "reference", "created_at", "sent_at", "has_error")
    list_filter = (SentFilter, "message")
    search_fields = ("recipient", "subject", "reference")
    date_hierarchy = "created_at"
    fields = (
        "subject", "recipient", "reply_to", "message", "reference", "created_at", "sent_at", "error",
        "preview",
    )  # fmt: skip

    @admin.display(description=_("text"))
    def preview(self, mail: OutboxMail) -> SafeString:
        """Show the mail's text with its line breaks, but not that of a secret one."""
        is_hidden = mail.is_secret and mail.sent_at is None
        text = _("This mail holds a code, which its recipient alone may read.") if is_hidden else mail.text
        if not text:
            text = _("This mail was sent. Its text is not kept any longer.")
        return format_html("<pre>{}</pre>", text)

    @admin.display(description=_("trouble"))
    def has_error(self, mail: OutboxMail) -> str:
        """Show what the mail server said last."""
        return mail.error[:80]


@admin.register(BackgroundJob)
class BackgroundJobAdmin(ReadOnlyAdmin):
    """The queue, with the jobs that gave up and a way to start them again."""

    list_display = ("title", "status", "problem", "tries", "next_try", "enqueued_at")
    list_filter = ("status",)
    search_fields = ("task_path", "args_kwargs")
    ordering = ("-enqueued_at",)
    fields = (
        "task_path", "arguments", "status", "tries", "priority", "enqueued_at", "started_at", "finished_at",
        "next_try", "details",
    )  # fmt: skip
    actions = ("run_again",)

    @admin.action(description=_("Run failed jobs again"), permissions=["run"])
    def run_again(self, request: HttpRequest, rows: QuerySet[DBTaskResult]) -> None:
        """Start failed jobs afresh."""
        count = jobs.run_again(rows)
        text = ngettext("%(count)s job starts again.", "%(count)s jobs start again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whoever may change jobs may start them again."""
        return request.user.has_perm("foundation.change_backgroundjob")

    @admin.display(description=_("job"), ordering="task_path")
    def title(self, row: DBTaskResult) -> str:
        """Name the job by its module, its verb and what it works on."""
        return f"{'.'.join(row.task_path.split('.')[-2:])}({self.arguments(row)})"

    @admin.display(description=_("next attempt"), ordering="run_after", empty_value="–")
    def next_try(self, row: DBTaskResult) -> dt.datetime | None:
        """Show when a job that waits is tried next; empty for at once and for never."""
        is_waiting = row.status == TaskResultStatus.READY and row.run_after > timezone.now()
        return row.run_after if is_waiting and row.run_after != get_date_max() else None

    @admin.display(description=_("arguments"))
    def arguments(self, row: DBTaskResult) -> str:
        """Show what the job works on."""
        return ", ".join(f"{name}={value}" for name, value in row.args_kwargs["kwargs"].items())

    @admin.display(description=_("attempts"))
    def tries(self, row: DBTaskResult) -> int:
        """Show how often the job was started."""
        return len(row.worker_ids)

    @admin.display(description=_("problem"))
    def problem(self, row: DBTaskResult) -> str:
        """Show the last line of what went wrong."""
        lines = row.traceback.strip().splitlines()
        return lines[-1][:120] if lines else ""

    @admin.display(description=_("what went wrong"))
    def details(self, row: DBTaskResult) -> SafeString:
        """Show the whole traceback."""
        return format_html("<pre>{}</pre>", row.traceback or "–")


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """When each schedule ran and when it runs next."""

    list_display = ("name", "next_at", "started_at", "finished_at", "held_by", "has_error")

    @admin.display(description=_("trouble"))
    def has_error(self, schedule: Schedule) -> str:
        """Show the last line of what went wrong."""
        lines = schedule.error.strip().splitlines()
        return lines[-1][:120] if lines else ""
