"""Whoever deletes something reads first what elsewhere loses it."""

import pytest
from django.contrib.auth.models import Group

from blog.models import Tag
from tests.blog.builders import make_article
from tests.builders import make_collection, make_product

pytestmark = pytest.mark.django_db


def tag():
    made = Tag.objects.create(name="Wood", slug="wood")
    make_article(title="On drums").tags.add(made)
    return made, "blog/tag", "Articles that lose it: On drums."


def collection():
    made = make_collection(title="Flutes")
    make_product(title="Krin").collections.add(made)
    return made, "shop/collection", "Products that lose it: Krin."


@pytest.mark.parametrize("make", [tag, collection])
def test_rows_elsewhere_that_lose_their_link_are_named(owner_client, make):
    row, path, text = make()
    assert text in owner_client.get(f"/admin/{path}/{row.pk}/delete/").content.decode()


def test_accounts_that_lose_the_rights_of_a_group_are_named(owner_client, owner):
    group = Group.objects.create(name="packers")
    owner.groups.add(group)
    page = owner_client.get(f"/admin/auth/group/{group.pk}/delete/").content.decode()
    assert "Users that lose it: owner." in page


def test_nothing_is_said_of_what_nobody_uses(owner_client):
    row = make_collection()
    assert "that lose it" not in owner_client.get(f"/admin/shop/collection/{row.pk}/delete/").content.decode()
