"""The admin's sign-in form: guessing passwords is limited by address, honest staff never notice."""

from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from foundation import limits

BUCKET = "sign in"


class LimitedSignInForm(AdminAuthenticationForm):
    """Refuse, beyond LIMIT_SIGN_IN failures of one address, even to look at a password."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        """Check name and password. Raises ValidationError saying when to try again."""
        key = limits.client_key(self.request)
        verdict = limits.take(bucket=BUCKET, key=key, rate=settings.LIMIT_SIGN_IN)
        if not verdict.is_allowed:
            raise ValidationError(too_many(verdict.retry_after_seconds), code="too_many")
        cleaned: dict[str, Any] = super().clean()
        limits.forgive(bucket=BUCKET, key=key)
        return cleaned


def too_many(seconds: int) -> str:
    """Return what somebody reads who tried too often."""
    minutes = -(-seconds // 60)
    text = ngettext(
        "Too many attempts. Please try again in %(minutes)d minute.",
        "Too many attempts. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}
