"""Checks looked at in Python say what the database says, of every check constraint in the code."""

import datetime as dt
from itertools import islice, product

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Field, Q

from foundation import checks
from foundation.uniqueness import fields_in
from shop.catalogue.models import Variant

pytestmark = pytest.mark.django_db
EARLY, LATE = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (1, 2))
OURS = {"blog", "comments", "foundation", "shop"}
CONSTRAINTS = [
    pytest.param(model, check, id=check.name)
    for model in apps.get_models()
    if model._meta.app_label in OURS
    for check in model._meta.constraints
    if isinstance(check, CheckConstraint)
]
MOST = 150  # combinations of a constraint


def values(field: Field):
    """Return what may stand in a field, and what may not."""
    kind = field.get_internal_type()
    nothing = [None] if field.null else []
    if field.choices:
        return [*[value for value, _label in field.flatchoices][:3], *nothing]
    if "DateTime" in kind:
        return [EARLY, LATE, *nothing]
    if kind == "BooleanField":
        return [True, False]
    if "Integer" in kind or kind == "ForeignKey":
        return [0, 1, 7_500, -1, *nothing]
    return ["", "x", *nothing]


def _field(model, name):
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


@pytest.mark.parametrize(("model", "check"), CONSTRAINTS)
def test_what_python_says_of_a_check_the_database_says_too(model, check):
    fields = [_field(model, name) for name in sorted(fields_in(model, check.condition))]
    for combination in islice(product(*map(values, fields)), MOST):
        row = model(**{field.attname: value for field, value in zip(fields, combination, strict=True)})
        said = checks.breaks(row, check)
        if said is None:
            continue
        try:
            check.validate(model, row)
        except ValidationError:
            assert said is True, combination
        else:
            assert said is False, combination


def test_the_checks_of_variants_need_no_database(django_assert_num_queries):
    found = [each for each in Variant._meta.constraints if isinstance(each, CheckConstraint)]
    with django_assert_num_queries(0):
        assert [checks.breaks(Variant(price_minor=5), check) for check in found] == [False] * len(found)
        assert checks.breaks(Variant(price_minor=5, sale_price_minor=5), found[2]) is True


@pytest.mark.parametrize(
    "condition",
    [Q(sku__regex="x"), Q(price_minor=F("weight_grams") + 1), Q(product__title="x"), Q(nothing=1)],
)
def test_what_python_cannot_tell_is_left_to_the_database(condition):
    check = CheckConstraint(condition=condition, name="odd")
    assert checks.breaks(Variant(price_minor=5), check) is None
