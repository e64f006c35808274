"""What can be commented on: each kind of target is registered with a policy that answers for it.

Errors: UnknownTarget (a LookupError).
"""

from typing import Any, Protocol

from django.db import models


class UnknownTarget(LookupError):
    """Nothing of this kind can be commented on, or the row is gone."""


class Policy(Protocol):
    """What the owner of a kind of target answers about one of them."""

    def accepts(self, target: Any) -> bool:
        """Return whether new comments are welcome now."""

    def title(self, target: Any) -> str:
        """Return the name a moderator and a commenter know it by."""

    def url(self, target: Any) -> str:
        """Return the path of its page."""

    def is_verified_buyer(self, email: str, target: Any) -> bool:
        """Return whether this address has bought it."""


_policies: dict[str, tuple[type[models.Model], Policy]] = {}


def register(model: type[models.Model], policy: Policy) -> None:
    """Let rows of `model` be commented on; called once for each kind, from config/wiring.py."""
    _policies[model._meta.label_lower] = (model, policy)


def policy_for(target: models.Model) -> Policy:
    """Return the policy of a target. Raises UnknownTarget."""
    try:
        return _policies[target._meta.label_lower][1]
    except KeyError:
        raise UnknownTarget(f"{target._meta.label} takes no comments.") from None


def key(target: models.Model) -> str:
    """Return a target's name for a form field, such as `blog.article:12`."""
    return f"{target._meta.label_lower}:{target.pk}"


def find(key: str) -> models.Model:
    """Return the target that `key` names. Raises UnknownTarget. One query."""
    label, _, pk = key.partition(":")
    try:
        model = _policies[label][0]
        return model._default_manager.get(pk=pk)
    except (KeyError, ValueError, models.ObjectDoesNotExist):
        raise UnknownTarget(f"{key!r} is nothing that takes comments.") from None
