"""Which comments a browser has written: a signed cookie, so that their author sees them waiting."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = f"{settings.COOKIE_PREFIX}kora_comments"
KEEP_NEWEST = 20
_DAYS_30 = 30 * 24 * 3600
_SALT = "comments.own"


def ids(request: HttpRequest) -> list[int]:
    """Return the ids of this browser's comments, oldest first; a forged cookie counts as none."""
    signed = request.get_signed_cookie(COOKIE, "", salt=_SALT, max_age=_DAYS_30)
    return [int(part) for part in (signed or "").split(".") if part]


def remember(request: HttpRequest, response: HttpResponse, comment_id: int) -> None:
    """Add a comment to the browser's own."""
    kept = [known for known in ids(request) if known != comment_id][1 - KEEP_NEWEST :]
    response.set_signed_cookie(
        COOKIE,
        ".".join(str(one) for one in [*kept, comment_id]),
        salt=_SALT,
        max_age=_DAYS_30,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
