"""Who may do what: the groups are made once and grow with the shop."""

import pytest
from django.contrib.auth.models import Group, Permission

from config import staff

pytestmark = pytest.mark.django_db


def rights(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_the_owner_has_every_right_in_our_apps():
    staff.ensure_groups()
    ours = Permission.objects.filter(content_type__app_label__in=staff.OWNERS_APPS)
    assert rights("owner") == set(ours.values_list("codename", flat=True))
    assert "add_stockmovement" in rights("owner")


def test_every_right_of_the_moderator_exists():
    staff.ensure_groups()
    named = {
        f"{verb}_{model}"
        for models in staff.MODERATORS_RIGHTS.values()
        for model, verbs in models.items()
        for verb in verbs.split()
    }
    assert rights("moderator") == named
    assert not {right for right in named if "order" in right or "payment" in right}


def test_a_right_taken_from_moderators_stays_taken_and_the_owner_gets_new_ones():
    staff.ensure_groups()
    for group in Group.objects.all():
        group.permissions.remove(*group.permissions.filter(codename="change_page"))
    staff.ensure_groups()
    assert "change_page" not in rights("moderator")
    assert "change_page" in rights("owner")
