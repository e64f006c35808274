"""Asking the staff for passwords: guessing is slow by address and by account, honest staff never notice.

Every guess counts for the address it comes from (LIMIT_SIGN_IN) and, in growing pauses, for the account it is
aimed at. A browser that has signed in to an account before is not slowed by what strangers do to it: it has
pauses of its own. Source: docs/operations.md, "Signing in".
"""

import logging
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from foundation import limits, pauses

BUCKET = "sign in"
ACCOUNT, DEVICE, OLD_PASSWORD = "sign in account", "sign in device", "old password"
LONGEST_NAME = 150  # characters: nobody has a longer one, so no password needs to be looked at
PAUSES = pauses.Pauses(free=5, first=1, longest=300, memory=24 * 3600)
DEVICE_COOKIE, DEVICE_SALT, DEVICE_DAYS = "kora_device", "config.sign_in.device", 180

logger = logging.getLogger(__name__)


class LimitedSignInForm(AdminAuthenticationForm):
    """Refuse, while an address or an account has to wait, even to look at a password."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Check name and password. Raises ValidationError saying when to try again."""
        typed, origin = self.cleaned_data.get("username") or "", limits.client_key(self.request)
        if len(typed) > LONGEST_NAME:
            _ask(self.request, limits.take(bucket=BUCKET, key=origin, rate=settings.LIMIT_SIGN_IN))
            raise self.get_invalid_login_error()
        name = _account(typed)
        _take_turn(self.request, name, origin=origin)
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            logger.warning("Sign-in refused: user %r from %s", name[:60], limits.client_ip(self.request))
            raise
        limits.give_back(bucket=BUCKET, key=origin)
        for bucket in (ACCOUNT, DEVICE):
            pauses.end(bucket=bucket, key=name)
        return cleaned


class LimitedPasswordChangeForm(AdminPasswordChangeForm):
    """Slow down guesses at the old password, as those at the sign-in."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        """Check the old password. Raises ValidationError saying when to try again."""
        key, origin = str(self.user.pk), limits.client_key(self.request)
        _ask(self.request, limits.take(bucket=BUCKET, key=origin, rate=settings.LIMIT_SIGN_IN))
        _ask(self.request, pauses.take(bucket=OLD_PASSWORD, key=key, pauses=PAUSES))
        try:
            password = str(super().clean_old_password())
        except ValidationError:
            address = limits.client_ip(self.request)
            logger.warning("Old password refused: user %r from %s", self.user.get_username()[:60], address)
            raise
        limits.give_back(bucket=BUCKET, key=origin)
        pauses.end(bucket=OLD_PASSWORD, key=key)
        return password


def _take_turn(request: HttpRequest, name: str, *, origin: str) -> None:
    """Count an attempt at an account. Raises ValidationError when the address or the account has to wait."""
    _ask(request, limits.take(bucket=BUCKET, key=origin, rate=settings.LIMIT_SIGN_IN))
    bucket = DEVICE if _is_known_device(request, name) else ACCOUNT
    _ask(request, pauses.take(bucket=bucket, key=name, pauses=PAUSES))


def _ask(request: HttpRequest, verdict: limits.Verdict) -> None:
    if not verdict.is_allowed:
        request.sign_in_wait_seconds = verdict.retry_after_seconds  # type: ignore[attr-defined]
        raise ValidationError(too_many(verdict.retry_after_seconds), code="too_many")


def answer_waiting(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Answer 429 where a form found that somebody has to wait."""
    seconds = getattr(request, "sign_in_wait_seconds", 0)
    if seconds:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds)
    return response


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Let this browser sign in again to this account whatever strangers do; a new password ends it."""
    response.set_signed_cookie(
        DEVICE_COOKIE, _device(user), salt=DEVICE_SALT, max_age=DEVICE_DAYS * 24 * 3600, path="/admin/",
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def is_known_browser(request: HttpRequest) -> bool:
    """Tell whether somebody of the staff has signed in with this browser. One query, or none."""
    user = known_user(request)
    return user is not None and user.is_staff


def known_user(request: HttpRequest) -> User | None:
    """Return who has signed in with this browser since the password was set. One query, or none."""
    try:
        age = DEVICE_DAYS * 24 * 3600
        told = request.get_signed_cookie(DEVICE_COOKIE, default="", salt=DEVICE_SALT, max_age=age)
    except BadSignature:
        return None
    pk = (told or "").partition(":")[0]
    user = User.objects.filter(pk=pk, is_active=True).first() if pk.isdecimal() else None
    return user if user is not None and _device(user) == told else None


def _is_known_device(request: HttpRequest, name: str) -> bool:
    """Whether this browser has signed in to the account since its password was set. One query, or none."""
    user = known_user(request)
    return user is not None and _account(user.get_username()) == name


def _device(user: User) -> str:
    return f"{user.pk}:{user.get_session_auth_hash()[:32]}"


def _account(name: str) -> str:
    """Return what attempts at a name are counted by, however it is written."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def too_many(seconds: int) -> str:
    """Return what somebody reads who tried too often."""
    if seconds < 60:
        text = ngettext(
            "Too many attempts. Please try again in %(count)d second.",
            "Too many attempts. Please try again in %(count)d seconds.",
            seconds,
        )
        return text % {"count": seconds}
    minutes = -(-seconds // 60)
    text = ngettext(
        "Too many attempts. Please try again in %(minutes)d minute.",
        "Too many attempts. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
