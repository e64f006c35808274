"""Every admin and every inline stands on the shop's own ground, so a rule made there holds everywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin

from foundation.inlines import RowFormSet
from foundation.staff_admin import StaffAdmin

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


def test_the_guards_have_something_to_look_at():
    assert len(DESKS) > 20
    assert len(set(inlines_of())) > 8
