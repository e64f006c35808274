"""The staff's side of the shop: Django's admin with our sign-in."""

from functools import partial, update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator

from config import session_ended, sign_in, staff_search
from foundation.methods import require_POST, require_safe
from foundation.staff_admin import StaffAdmin


class StaffSite(AdminSite):
    """Django's admin site, whose password forms are limited and answer 429 while somebody has to wait."""

    login_form = sign_in.LimitedSignInForm

    @method_decorator(require_safe)
    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Search a choice for the first words of what was typed."""
        return staff_search.ShortAutocomplete.as_view(admin_site=self)(request)

    i18n_javascript = method_decorator(require_safe)(AdminSite.i18n_javascript)
    logout = method_decorator(require_POST)(AdminSite.logout)
    password_change_done = method_decorator(require_safe)(AdminSite.password_change_done)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a view as ever, but keep what was typed into a form whose session has ended."""
        guarded = super().admin_view(view, cacheable)

        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            is_carried = session_ended.TYPED in request.POST
            if session_ended.is_typed(request) and (is_carried or not request.user.is_authenticated):
                again = partial(guarded, request, *args, **kwargs) if _shows_typed(view) else None
                return session_ended.keep(request, self, again)
            return guarded(request, *args, **kwargs)

        return update_wrapper(answered, guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign somebody in, and remember the browser in which that worked."""
        response: HttpResponseBase = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302 and isinstance(request.user, User):
            sign_in.remember_device(response, request.user)
        return sign_in.answer_waiting(request, response)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Let somebody change the own password, who knows the old one."""
        request.current_app = self.name
        view = _PasswordChange.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        response = view(request)
        if response.status_code == 302 and isinstance(request.user, User):
            sign_in.remember_device(response, request.user)
        return sign_in.answer_waiting(request, response)


def _shows_typed(view: Any) -> bool:
    """Whether a view is that of an admin's form, which can show what was typed without saving it."""
    desk = getattr(view, "__self__", None)
    is_form = getattr(view, "__name__", "") in {"add_view", "change_view"}
    return is_form and isinstance(desk, StaffAdmin) and desk.shows_typed


class _PasswordChange(PasswordChangeView):
    form_class = sign_in.LimitedPasswordChangeForm

    def get_form(self, form_class: Any = None) -> Any:
        """Tell the form who asks."""
        form: Any = super().get_form(form_class)
        form.request = self.request
        return form
