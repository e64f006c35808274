"""A form that a colleague overtook saves nothing, says what they changed, and keeps what was typed."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from blog.models import Author, Category, Page
from foundation.models import SiteIdentity
from shop.catalogue.models import Maker, Product, Variant
from shop.catalogue.swatches import Swatch
from shop.discounts.models import DiscountCode
from shop.shipping.models import Carrier, ShippingRate, ShippingZone, ZoneCountry
from shop.stock import reservations
from shop.tax.models import TaxRate
from tests.blog.builders import make_article
from tests.builders import make_collection, make_picture, make_product, make_variant
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def krin():
    product = make_product(title="Krin", slug="krin", summary="A drum", option1_name="Size")
    make_variant(product, sku="KRIN-S", option1="Small", price_minor=7800)
    return product


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client, row):
    sent = admin_form(client.get(page_of(row)))
    for name in [name for name, value in sent.items() if hasattr(value, "hour")]:
        moment = sent.pop(name)
        sent |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    return sent


def said(page):
    return errors_in(page)["__all__"]


def zone():
    made = ShippingZone.objects.create(name="EU")
    ZoneCountry.objects.create(zone=made, country="DE")
    ShippingRate.objects.create(zone=made, name="Parcel", max_weight_grams=1000, price_minor=500)
    return made


def page_row():
    return Page.objects.create(title="About", slug="about-us", body="<p>x</p>")


ROWS = {
    "product": (lambda: make_variant().product, "title"),
    "variant": (lambda: make_variant().product, "variants-0-sku"),
    "article": (lambda: make_article(body="<p>x</p>"), "subtitle"),
    "page": (page_row, "summary"),
    "zone": (zone, "name"),
    "rate": (zone, "rates-0-name"),
    "tax rate": (lambda: TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000), "name"),
    "code": (lambda: DiscountCode.objects.create(code="TEN", percent_basis_points=1000), "most_uses"),
    "shop details": (SiteIdentity.load, "tagline"),
    "collection": (lambda: make_collection(title="Flutes"), "title"),
    "maker": (lambda: Maker.objects.create(name="Ama", slug="ama"), "name"),
    "carrier": (lambda: Carrier.objects.create(name="Post"), "name"),
    "swatch": (lambda: Swatch.objects.create(name="Red", colour="#aa0000"), "name"),
    "author": (lambda: Author.objects.create(name="Ada", slug="ada"), "bio"),
    "category": (lambda: Category.objects.create(name="News", slug="news"), "description"),
    "group": (lambda: Group.objects.create(name="packers"), "name"),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_second_save_of_a_form_is_refused_and_keeps_what_was_typed(owner_client, colleague, name):
    make, field = ROWS[name]
    row = make()
    mine, theirs = opened(owner_client, row), opened(colleague, row)
    typed, saved = ("7", "5") if field == "most_uses" else ("typed", "saved")
    answer = colleague.post(page_of(row), theirs | {field: saved})
    assert answer.status_code == 302, errors_in(answer)
    page = owner_client.post(page_of(row), mine | {field: typed})
    assert page.status_code == 200
    assert "amara saved this at" in said(page)[0]
    assert any(f"is now “{saved}”" in line for line in said(page))
    assert f'value="{typed}"' in page.content.decode() or f">\n{typed}</textarea>" in page.content.decode()
    again = admin_form(page) | mine | {field: typed, "_opened": page.context["opened"]}
    answer = owner_client.post(page_of(row), again)
    assert answer.status_code == 302, errors_in(answer)
    assert opened(owner_client, row)[field] in (typed, int(typed) if typed.isdigit() else typed)


def test_both_values_of_each_changed_field_are_named_as_the_form_shows_them(owner_client, colleague, krin):
    mine, theirs = opened(owner_client, krin), opened(colleague, krin)
    changes = {
        "title": "Slit drum",
        "status": "archived",
        "is_featured": "on",
        "variants-0-price_minor": "80",
    }
    assert colleague.post(page_of(krin), theirs | changes).status_code == 302
    page = owner_client.post(page_of(krin), mine | {"summary": "A wooden drum"})
    lines = said(page)[1:]
    assert "Title: was “Krin”, is now “Slit drum”." in lines
    assert "Status: was “Active”, is now “Archived”." in lines
    assert "Featured on the home page: was “no”, is now “yes”." in lines
    assert "Variant “KRIN-S”, Price: was “78.00”, is now “80.00”." in lines
    assert lines[4:] == [
        "Saving again writes only what you changed: Summary. Everything else stays as it is now."
    ]
    assert Product.objects.get(pk=krin.pk).title == "Slit drum"


def test_rows_that_a_colleague_added_or_deleted_count(owner_client, colleague, krin):
    make_picture(krin, alt="A drum")
    mine, theirs = opened(owner_client, krin), opened(colleague, krin)
    row = {"sku": "KRIN-L", "option1": "Large", "price_minor": "90", "weight_grams": "1", "position": "0"}
    theirs |= {f"variants-1-{name}": value for name, value in row.items()}
    theirs |= {"variants-1-product": krin.pk, "variants-1-id": "", "variants-TOTAL_FORMS": "2"}
    answer = colleague.post(page_of(krin), theirs | {"pictures-0-DELETE": "on"})
    assert answer.status_code == 302, errors_in(answer)
    page = owner_client.post(page_of(krin), mine | {"pictures-0-alt": "My words"})
    assert "Added: Variant “KRIN-L”." in said(page)
    assert "Deleted: Product picture “A drum”. What you typed into it is not saved." in said(page)
    assert "My words" in page.content.decode()
    again = mine | {"pictures-0-alt": "My words", "_opened": page.context["opened"]}
    assert owner_client.post(page_of(krin), again).status_code == 302
    assert (krin.variants.count(), krin.pictures.count()) == (2, 0)


def test_what_the_form_does_not_edit_is_no_conflict_and_stays(owner_client, krin):
    variant = krin.variants.get()
    sent = opened(owner_client, krin) | {"variants-0-weight_grams": "900"}
    with transaction.atomic():
        reservations.adjust(variant_id=variant.pk, delta=3, kind="received", reference="r", staff=None)
    assert owner_client.post(page_of(krin), sent).status_code == 302
    variant.refresh_from_db()
    assert (variant.on_hand, variant.weight_grams) == (8, 900)


def test_a_form_that_was_sent_twice_is_no_conflict(owner_client, krin):
    sent = opened(owner_client, krin) | {"title": "Slit drum"}
    assert [owner_client.post(page_of(krin), sent).status_code for _ in range(2)] == [302, 302]


@pytest.mark.parametrize("forged", ["", "nonsense", "a:b:c", "\0", "of another row"])
def test_a_form_that_does_not_tell_what_it_showed_is_refused_once(owner_client, krin, forged):
    other = make_variant().product
    token = opened(owner_client, other)["_opened"] if forged == "of another row" else forged
    page = owner_client.post(page_of(krin), opened(owner_client, krin) | {"title": "Mine", "_opened": token})
    assert "nothing was saved" in said(page)[0]
    assert 'value="Mine"' in page.content.decode()
    assert Product.objects.get(pk=krin.pk).title == "Krin"


def test_a_mistake_in_between_forgets_nothing(owner_client, colleague, krin):
    mine, theirs = opened(owner_client, krin), opened(colleague, krin)
    page = owner_client.post(page_of(krin), mine | {"title": ""})
    assert "title" in errors_in(page)
    assert colleague.post(page_of(krin), theirs | {"summary": "Theirs"}).status_code == 302
    page = owner_client.post(page_of(krin), mine | {"title": "Mine", "_opened": page.context["opened"]})
    assert "Summary: was “A drum”, is now “Theirs”." in said(page)


def test_of_a_row_that_was_deleted_meanwhile_the_text_is_given_back(owner_client, colleague):
    row = page_row()
    mine = opened(owner_client, row) | {"summary": "Hours of <work>"}
    row.delete()
    page = owner_client.post(page_of(row), mine)
    assert page.status_code == 404
    assert "Hours of &lt;work&gt;" in page.content.decode()


def test_of_long_texts_the_passage_that_differs_is_shown(owner_client, colleague):
    row = page_row()
    Page.objects.filter(pk=row.pk).update(body=f"<p>{'word ' * 200}end</p>")
    mine, theirs = opened(owner_client, row), opened(colleague, row)
    changed = theirs["body"].replace("end", "finish")
    assert colleague.post(page_of(row), theirs | {"body": changed}).status_code == 302
    lines = said(owner_client.post(page_of(row), mine | {"summary": "Mine"}))
    assert lines[1].endswith("end”, is now “…word word word word word word finish”.")


def test_every_form_that_changes_a_row_carries_what_it_showed(owner_client):
    Variant.objects.all().delete()
    seen = set()
    for model, desk in admin.site._registry.items():
        row = model._default_manager.first()
        request = owner_client.get("/admin/").wsgi_request
        if row is not None and desk.has_change_permission(request, row):
            page = owner_client.get(page_of(row))
            assert 'name="_opened"' in page.content.decode(), model
            seen.add(model._meta.model_name)
    assert "user" in seen
