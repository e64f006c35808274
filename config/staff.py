"""Who on the staff may do what: the groups `owner` and `moderator`, and the demo's two accounts."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q

OWNER, MODERATOR = "owner", "moderator"
OWNERS_APPS = ("shop", "blog", "comments", "foundation")
MODERATORS_RIGHTS = {
    "comments": {"comment": "view change", "decision": "view"},
    "blog": {
        "article": "view add change",
        "articlefigure": "view add change delete",
        "articleproduct": "view add change delete",
        "author": "view add change",
        "category": "view add change",
        "page": "view add change",
        "tag": "view add change",
    },
    "shop": {"product": "view"},  # to choose what an article features
}


@transaction.atomic
def ensure_groups() -> None:
    """Make the groups: an owner's rights grow with the shop, a moderator's are the owner's to change."""
    owner, _is_new = Group.objects.get_or_create(name=OWNER)
    missing = Permission.objects.filter(content_type__app_label__in=OWNERS_APPS).exclude(group=owner)
    owner.permissions.add(*missing)
    moderator, is_new = Group.objects.get_or_create(name=MODERATOR)
    if is_new:
        moderator.permissions.set(Permission.objects.filter(_moderators_rights()))


def _moderators_rights() -> Q:
    chosen = Q(pk__in=[])
    for app_label, rights in MODERATORS_RIGHTS.items():
        for model, verbs in rights.items():
            names = [f"{verb}_{model}" for verb in verbs.split()]
            chosen |= Q(content_type__app_label=app_label, content_type__model=model, codename__in=names)
    return chosen


@transaction.atomic
def ensure_demo_staff() -> None:
    """Make the demo's accounts and give them DEMO_STAFF_PASSWORD; without one nobody can sign in."""
    _ensure_account(OWNER, is_superuser=True)
    _ensure_account(MODERATOR, is_superuser=False)


def _ensure_account(name: str, *, is_superuser: bool) -> None:
    fields = {"email": f"{name}@shop.example", "is_staff": True, "is_superuser": is_superuser}
    user, is_new = User.objects.get_or_create(username=name, defaults=fields)
    if is_new:
        user.groups.add(Group.objects.get(name=name))
    password = settings.DEMO_STAFF_PASSWORD
    if password and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    elif not password and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
