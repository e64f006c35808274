"""A product of many variants is saved with two statements for each variant that changed, and no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.models import Variant
from tests.builders import make_product, make_variant
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def krin():
    made = make_product(title="Krin", option1_name="Size")
    for number in range(24):
        make_variant(made, sku=f"K{number}", option1=f"size {number}")
    return made


def rotated(sent, field, count):
    """Let each of the first variants take what the next one has."""
    old = [sent[f"variants-{place}-{field}"] for place in range(count)]
    return {f"variants-{place}-{field}": old[(place + 1) % count] for place in range(count)}


def raised(sent, field, count):
    return {f"variants-{place}-{field}": str(90 + place) for place in range(count)}


def save(client, product, change, field, count):
    """Save a change of so many variants; return how many queries that took."""
    address = f"/admin/shop/product/{product.pk}/change/"
    sent = admin_form(client.get(address))
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, sent | change(sent, field, count))
    assert answer.status_code == 302, errors_in(answer)
    return len(queries)


@pytest.mark.parametrize(
    ("change", "field"),
    [(rotated, "option1"), (rotated, "sku"), (raised, "price_minor"), (raised, "compare_at_minor")],
)
def test_each_further_variant_that_changed_costs_two_statements(owner_client, krin, change, field):
    if field == "compare_at_minor":
        Variant.objects.update(price_minor=100)
    save(owner_client, krin, change, field, 2)
    few = save(owner_client, krin, change, field, 4)
    many = save(owner_client, krin, change, field, 24)
    assert many - few <= 2 * 20


def test_variants_that_all_change_places_have_them(owner_client, krin):
    before = dict(Variant.objects.values_list("sku", "option1"))
    save(owner_client, krin, rotated, "option1", 24)
    after = dict(Variant.objects.values_list("sku", "option1"))
    assert sorted(after.values()) == sorted(before.values())
    assert all(after[sku] != before[sku] for sku in before)
