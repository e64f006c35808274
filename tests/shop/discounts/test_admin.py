"""Codes in the admin: made as people write numbers, refused next to the field, used by orders alone."""

import pytest

from shop.discounts.models import DiscountCode, DiscountUse

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/discountcode/add/"
FORM = {
    "code": "spring 10", "kind": "percent", "percent_basis_points": "10", "amount_minor": "",
    "minimum_minor": "", "starts_at_0": "", "starts_at_1": "", "ends_at_0": "", "ends_at_1": "",
    "most_uses": "", "most_uses_each": "", "is_active": "on", "all_uses-TOTAL_FORMS": "0",
    "all_uses-INITIAL_FORMS": "0",
}  # fmt: skip


def errors(answer):
    assert answer.status_code == 200, answer.headers
    return dict(answer.context["adminform"].form.errors)


def test_an_owner_makes_a_code_as_people_write_it(owner_client):
    answer = owner_client.post(ADD, FORM | {"percent_basis_points": "12.5", "minimum_minor": "50.00"})
    assert answer.status_code == 302
    code = DiscountCode.objects.get()
    assert (code.code, code.percent_basis_points, code.minimum_minor) == ("SPRING10", 1250, 5000)
    page = owner_client.get("/admin/shop/discountcode/").content.decode()
    assert "12.5%" in page


@pytest.mark.parametrize(("changes", "field"), [
    ({"code": "   "}, "code"), ({"code": "x" * 41}, "code"), ({"code": "taken"}, "code"),
    ({"percent_basis_points": ""}, "percent_basis_points"),
    ({"percent_basis_points": "101"}, "percent_basis_points"),
    ({"percent_basis_points": "NaN"}, "percent_basis_points"),
    ({"amount_minor": "5"}, "amount_minor"),
    ({"kind": "amount", "percent_basis_points": ""}, "amount_minor"),
    ({"kind": "amount", "percent_basis_points": "", "amount_minor": "-5"}, "amount_minor"),
    ({"kind": "amount", "amount_minor": "5"}, "percent_basis_points"),
    ({"kind": "shipping", "amount_minor": "5", "percent_basis_points": ""}, "amount_minor"),
    ({"most_uses": "-1"}, "most_uses"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_next_to_its_field_and_kept(owner_client, changes, field):
    DiscountCode.objects.create(code="TAKEN", percent_basis_points=500)
    answer = owner_client.post(ADD, FORM | changes)
    assert field in errors(answer)
    assert DiscountCode.objects.count() == 1


def test_it_must_end_after_it_starts(owner_client):
    dates = {
        "starts_at_0": "2026-03-02",
        "starts_at_1": "12:00",
        "ends_at_0": "2026-03-01",
        "ends_at_1": "12:00",
    }
    assert "It must end after it starts." in str(errors(owner_client.post(ADD, FORM | dates)))


@pytest.mark.parametrize(("kind", "fields", "effect"), [
    ("amount", {"percent_basis_points": "", "amount_minor": "5"}, "$5.00"),
    ("shipping", {"percent_basis_points": ""}, "Free shipping"),
])  # fmt: skip
def test_the_list_says_what_each_code_takes_off(owner_client, kind, fields, effect):
    assert owner_client.post(ADD, FORM | {"kind": kind, "most_uses": "3"} | fields).status_code == 302
    page = owner_client.get("/admin/shop/discountcode/").content.decode()
    assert effect in page
    assert "0 of 3" in page


def test_a_code_that_orders_used_shows_them_and_cannot_be_deleted(owner_client):
    code = DiscountCode.objects.create(code="SPRING", percent_basis_points=500, uses=1)
    DiscountUse.objects.create(code=code, reference="order 1001", customer="x" * 64)
    page = owner_client.get(f"/admin/shop/discountcode/{code.pk}/change/").content.decode()
    assert "order 1001" in page
    owner_client.post(f"/admin/shop/discountcode/{code.pk}/delete/", {"post": "yes"})
    assert DiscountCode.objects.filter(pk=code.pk).exists()


def test_a_moderator_sees_no_codes(moderator_client):
    assert moderator_client.get("/admin/shop/discountcode/").status_code == 403
