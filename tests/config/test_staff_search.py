"""No search of the staff is too long for a database: the first ten words of it are looked for."""

import pytest
from django.contrib import admin

from config.staff_search import shortened

pytestmark = pytest.mark.django_db

SEARCHED = sorted(
    f"{model._meta.app_label}/{model._meta.model_name}"
    for model, options in admin.site._registry.items()
    if options.search_fields
)


@pytest.mark.parametrize("text", ["a " * 3000, '"a ' * 2000, "1" * 7000, "ab\tcd\n" * 1000])
@pytest.mark.parametrize("name", SEARCHED)
def test_every_list_of_the_admin_can_be_searched_for_any_text(owner_client, name, text):
    assert owner_client.get(f"/admin/{name}/", {"q": text}).status_code == 200


def test_the_box_shows_what_was_looked_for(owner_client):
    page = owner_client.get("/admin/shop/product/", {"q": " ".join(f"word{n}" for n in range(1, 30))})
    assert 'value="word1 word2 word3 word4 word5 word6 word7 word8 word9 word10"' in page.content.decode()


def test_a_choice_can_be_searched_for_any_text(owner_client):
    asked = {"app_label": "shop", "model_name": "variant", "field_name": "product", "term": "a " * 3000}
    assert owner_client.get("/admin/autocomplete/", asked).status_code == 200


@pytest.mark.parametrize("text", ["", "ada lovelace", 'the "thumb piano"  ', "1042"])
def test_a_search_as_people_make_it_stays_as_it_is(text):
    assert shortened(text) == text
