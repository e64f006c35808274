"""Every admin and every inline stands on the shop's own ground, so a rule made there holds everywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory

from foundation.inlines import RowFormSet
from foundation.staff_admin import StaffAdmin
from foundation.typed_text import validate_visible
from shop.catalogue.origins import Region

DESKS = sorted(admin.site._registry.values(), key=lambda desk: desk.opts.label)


def name(desk):
    return desk.opts.label if hasattr(desk, "opts") else desk.model._meta.label


def inlines_of(found: Any = admin.options.InlineModelAdmin) -> Iterator[Any]:
    """Return every inline that the code of the shop declares."""
    for child in found.__subclasses__():
        if child.model is not None:
            yield child
        yield from inlines_of(child)


@pytest.mark.parametrize("desk", DESKS, ids=name)
def test_every_admin_stands_on_staff_admin(desk):
    assert isinstance(desk, StaffAdmin)


@pytest.mark.parametrize("inline", sorted(set(inlines_of()), key=str), ids=name)
def test_the_uniqueness_of_every_inline_is_looked_at_in_the_forms_end_state(inline):
    assert issubclass(inline.formset, RowFormSet)


def asks_for_text(fields):
    return [field for field in fields if isinstance(field, forms.CharField)]


@pytest.mark.django_db
def test_no_form_of_an_admin_takes_text_that_shows_nothing(owner):
    request = RequestFactory().get("/admin/")
    request.user, fields = owner, []
    for desk in (desk for desk in DESKS if desk.has_change_permission(request)):
        fields += asks_for_text(desk.get_form(request).base_fields.values())
        for inline in desk.get_inline_instances(request):
            fields += asks_for_text(inline.get_formset(request).form.base_fields.values())
    assert len(fields) > 60
    assert not [field.label for field in fields if validate_visible not in field.validators]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["\u200b", "\u3164\u3164", "\u2800 \u2800", "\u00ad\u2060"])
def test_a_title_that_shows_nothing_is_refused_at_its_field(owner_client, typed):
    answer = owner_client.post("/admin/shop/region/add/", {"name": typed, "slug": "nowhere"})
    assert answer.status_code == 200
    assert "only characters that show nothing" in answer.content.decode()
    assert not Region.objects.exists()


def test_the_guards_have_something_to_look_at():
    assert len(DESKS) > 20
    assert len(set(inlines_of())) > 8
