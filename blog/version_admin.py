"""An article's earlier versions in the admin: read one, and bring its words back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from blog import rendering, versions
from blog.admin_forms import ArticleForm
from blog.articles import Article
from foundation import edit_conflict_words, edit_conflicts

VERSION = "_version"  # the request's attribute that holds the version it is about


class VersionForm(ArticleForm):
    """The words of an earlier version, to be looked over before they come back."""

    figure_numbers: frozenset[int] = frozenset()

    class Meta(ArticleForm.Meta):
        fields = list(versions.WORDS)

    def clean(self) -> dict[str, Any]:
        """Refuse to leave an article without words that readers can see now."""
        data = super().clean()
        is_empty = not rendering.plain_text(rendering.safe_html(data.get("body") or ""))
        if is_empty and Article.objects.filter(pk=self.instance.pk, status="published").exists():
            self.add_error("body", _("This version has no text, and the article is published."))
        return data

    def figures_there(self) -> set[int]:
        """Return the numbers of the figures that come back with the words."""
        return set(self.figure_numbers)


class RestoresVersions(SimpleHistoryAdmin):
    """An admin of articles whose versions bring back words and figures, never status, date or address."""

    object_history_form_template = "admin/blog/version_form.html"

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show a version, or put it back."""
        rows = Article.history.model.objects
        version = get_object_or_404(rows, id=object_id, history_id=version_id)
        if request.method == "POST" and not self.has_change_permission(request, version.instance):
            raise PermissionDenied
        setattr(request, VERSION, version)
        shown = {"version": version, "surroundings": version.surroundings, **(extra_context or {})}
        with transaction.atomic():
            live = Article.objects.select_for_update(no_key=True).filter(pk=object_id).first()
            if request.method == "POST" and live is not None and (lines := _overtaken(request, live)):
                for line in lines:
                    messages.warning(request, line)
                return HttpResponseRedirect(request.get_full_path())
            shown["opened"] = edit_conflicts.carry(live, _facts(live)) if live is not None else ""
            answer: HttpResponse = super().history_form_view(request, object_id, version_id, shown)
        return answer

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the words alone when a version is shown."""
        version = getattr(request, VERSION, None)
        if version is None:
            return super().get_form(request, obj, change, **kwargs)
        numbers = frozenset(versions.figure_numbers(Article(pk=version.id), version))
        form = type("VersionFormOfOne", (VersionForm,), {"figure_numbers": numbers})
        return super().get_form(request, obj, change, form=form, fields=list(versions.WORDS), **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the words alone when a version is shown."""
        if hasattr(request, VERSION):
            return [(None, {"fields": list(versions.WORDS)})]
        return super().get_fieldsets(request, obj)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Put the version that is shown back, with what was mended in its words."""
        version = getattr(request, VERSION)
        for name in versions.WORDS:
            setattr(version, name, getattr(obj, name))
        live = get_object_or_404(Article, pk=obj.pk)
        versions.put_back(article=live, version=version)

    def render_history_view(
        self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """Answer lazily, so that middleware can let the editor run here too."""
        return TemplateResponse(request, template, context, **kwargs)


def _overtaken(request: HttpRequest, live: Article) -> list[str]:
    """Return who saved the article since a version of it was opened, and what; the article is locked."""
    fields = {name: Article._meta.get_field(name) for name in versions.WORDS}
    labels = {name: capfirst(str(field.verbose_name)) for name, field in fields.items()}  # type: ignore[union-attr]
    labels["version"] = gettext("Latest version")
    text = request.POST.get(edit_conflicts.FIELD)
    return edit_conflict_words.overtaken(live, text, _facts(live), labels=labels, user=request.user)


def _facts(live: Article) -> dict[str, str]:
    """Return the words that a version would replace, and which version they are; its figures go with it."""
    words = {name: str(getattr(live, name) or "") for name in versions.WORDS}
    return words | {"version": str(live.history.values_list("history_id", flat=True).first() or "")}
