"""Where messages wait for the next page: a cookie with a name like our others, else the session."""

from django.conf import settings
from django.contrib.messages.storage import cookie, fallback, session


class CookieStorage(cookie.CookieStorage):
    """Messages in a cookie of ours."""

    cookie_name = f"{settings.COOKIE_PREFIX}kora_messages"


class FallbackStorage(fallback.FallbackStorage):
    """A cookie while the messages fit into one."""

    storage_classes = (CookieStorage, session.SessionStorage)
