"""The book of stock in the admin: lines are added with a reason, and never changed."""

import pytest
from django.urls import reverse

from shop.catalogue.models import Variant
from shop.stock.models import StockMovement
from tests.builders import make_product, make_variant
from tests.pages import admin_form, errors_in, shown_form

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/stockmovement/add/"


@pytest.fixture
def variant():
    return make_variant(make_product(title="Krin"), sku="KRIN", on_hand=5, reserved=2)


def post(owner_client, of: Variant, **fields):
    sent = admin_form(owner_client.get(f"{ADD}?variant={of.pk}"))
    return owner_client.post(ADD, sent | {"kind": "received", "units": "3", "note": "a parcel"} | fields)


@pytest.mark.parametrize(
    ("kind", "units", "on_hand"),
    [("received", 3, 8), ("damaged", 3, 2), ("counted", 9, 9), ("counted", 2, 2)],
)
def test_a_movement_changes_what_is_on_hand(owner_client, owner, variant, kind, units, on_hand):
    assert post(owner_client, variant, kind=kind, units=units).status_code == 302
    variant.refresh_from_db()
    assert (variant.on_hand, variant.reserved) == (on_hand, 2)
    movement = StockMovement.objects.first()
    assert (movement.delta, movement.kind, movement.note, movement.staff) == (
        on_hand - 5, kind, "a parcel", owner,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"kind": "damaged", "units": "4"}, "units", "Only 3 units left. 2 of the 5 units on hand are held"),
        ({"kind": "counted", "units": "1"}, "units", "2 of the 5 units on hand are held for orders."),
        ({"kind": "counted", "units": "5"}, "units", "changes nothing"),
        ({"kind": "received", "units": "0"}, "units", "changes nothing"),
        ({"units": "-1"}, "units", "greater than or equal to 0"),
        ({"units": "1000000000"}, "units", "less than or equal to 1000000"),
        ({"units": "9" * 400}, "units", "less than or equal to 1000000"),
        ({"units": "three"}, "units", "whole number"),
        ({"note": ""}, "note", "required"),
        ({"note": "a\x00b"}, "note", "Null characters"),
        ({"kind": "sold"}, "kind", "not one of the available choices"),
        ({"variant": ""}, "variant", "required"),
        ({"variant": "999999999"}, "variant", "not one of the available choices"),
        ({"reference": "order 1001"}, "reference", "valid value"),
    ],
)
def test_what_cannot_be_is_refused_next_to_its_field(owner_client, variant, fields, field, message):
    page = post(owner_client, variant, **fields)
    assert page.status_code == 200
    assert message in errors_in(page)[field][0]
    variant.refresh_from_db()
    assert (variant.on_hand, StockMovement.objects.count()) == (5, 1)


def test_the_same_form_sent_twice_counts_once(owner_client, variant):
    sent = admin_form(owner_client.get(f"{ADD}?variant={variant.pk}"))
    sent |= {"kind": "received", "units": "3", "note": "a parcel"}
    assert owner_client.post(ADD, sent).status_code == 302
    page = owner_client.post(ADD, sent)
    assert page.status_code == 200
    assert "the form was sent twice" in page.content.decode()
    variant.refresh_from_db()
    assert variant.on_hand == 8


def test_lines_are_read_and_searched_but_neither_changed_nor_deleted(owner_client, variant):
    line = StockMovement.objects.get()
    url = reverse("admin:shop_stockmovement_change", args=[line.pk])
    assert owner_client.get(url).status_code == 200
    assert owner_client.post(url, {"delta": 7}).status_code == 403
    assert owner_client.post(reverse("admin:shop_stockmovement_delete", args=[line.pk])).status_code == 403
    found = owner_client.get("/admin/shop/stockmovement/?q=KRIN&kind__exact=opening")
    assert list(found.context["cl"].result_list) == [line]


def test_the_product_page_shows_the_numbers_and_leads_to_the_book(owner_client, variant):
    page = owner_client.get(reverse("admin:shop_product_change", args=[variant.product_id])).content.decode()
    assert "5 on hand, 2 reserved, 3 available" in page
    assert f'href="{ADD}?variant={variant.pk}"' in page


def test_a_count_does_not_undo_what_a_colleague_booked_meanwhile(owner_client, colleague, variant):
    mine = admin_form(owner_client.get(ADD)) | {"variant": variant.pk, "note": "Counted"}
    theirs = admin_form(colleague.get(ADD)) | {"variant": variant.pk, "note": "New ones"}
    assert colleague.post(ADD, theirs | {"kind": "received", "units": 4}).status_code == 302
    page = owner_client.post(ADD, mine | {"kind": "counted", "units": 3})
    assert "amara booked +4 (Received) at" in errors_in(page)["units"][0]
    variant.refresh_from_db()
    on_hand = variant.on_hand
    assert owner_client.post(ADD, shown_form(page)).status_code == 302
    variant.refresh_from_db()
    assert (variant.on_hand, on_hand > 3) == (3, True)
