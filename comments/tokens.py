"""The signed field of a comment form: which page it stands on, and when that page was made.

The page may have waited in a cache or an open tab, so a token never gets too old.
Errors: BadToken (a ValueError).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.db import models
from django.utils import timezone

from comments import targets

_signer = signing.Signer(salt="comments.form")


class BadToken(ValueError):
    """The field was garbled or made elsewhere."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a form knows about its page."""

    target_key: str
    made_at: datetime

    @property
    def age_seconds(self) -> float:
        """How long ago the page was made."""
        return (timezone.now() - self.made_at).total_seconds()


def issue(target: models.Model) -> str:
    """Return the field's value for a page that is made now."""
    return _signer.sign_object([targets.key(target), int(timezone.now().timestamp())])


def read(token: str) -> Token:
    """Return what the field says. Raises BadToken."""
    try:
        key, made_at = _signer.unsign_object(token)
    except signing.BadSignature as error:
        raise BadToken(str(error)) from None
    return Token(key, datetime.fromtimestamp(made_at, UTC))
