"""Staff read what a save or an action takes away before anything is saved, and go on by saving again."""

import pytest
from django.utils import timezone

from blog.models import Article
from shop.catalogue.models import Product
from shop.catalogue.price_rules import QuantityBreak
from shop.discounts.models import DiscountCode
from shop.papers.models import Paper
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.blog.builders import make_article
from tests.builders import make_product, make_variant
from tests.pages import admin_form, errors_in
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/shop/product/"
NOTHING_YET = "Nothing is saved yet. Read what this means, then save again to go on:"


@pytest.fixture
def drum():
    """Sell a drum that a code, an article, a quantity price and an invoice depend on."""
    made = make_product(title="Krin")
    variant = make_variant(made)
    DiscountCode.objects.create(code="NINETY", percent_basis_points=9000).products.add(made)
    make_article(title="On drums").article_products.create(product=made)
    QuantityBreak.objects.create(product=made, from_quantity=3, percent_basis_points=1000)
    order = make_order((variant, 1), status="pending")
    Paper.objects.create(
        kind="invoice", number=1, order=order, reference="order 1", facts={}, issued_at=timezone.now()
    )
    return made


def page_of(product):
    return f"{PRODUCTS}{product.pk}/change/"


def status_of(product):
    return Product.objects.get(pk=product.pk).status


DEPENDING = [
    "The discount code NINETY is for this alone: without it, it applies to nothing.",
    "Articles that feature it: On drums.",
    "1 quantity price goes with it.",
    "1 invoice or credit note names it; it stays as it is.",
]


def test_archiving_in_the_form_asks_first_and_keeps_what_was_typed(owner_client, drum):
    sent = admin_form(owner_client.get(page_of(drum)))
    page = owner_client.post(page_of(drum), sent | {"status": "archived", "title": "Slit drum"})
    assert errors_in(page)["__all__"] == [NOTHING_YET, *DEPENDING]
    assert status_of(drum) == "active"
    again = admin_form(page)
    assert (again["status"], again["title"]) == ("archived", "Slit drum")
    assert owner_client.post(page_of(drum), again).status_code == 302
    assert status_of(drum) == "archived"


def test_archiving_in_the_list_asks_first(owner_client, drum):
    chosen = {"action": "archive", "_selected_action": [drum.pk]}
    page = owner_client.post(PRODUCTS, chosen)
    assert all(text in page.content.decode() for text in DEPENDING)
    assert status_of(drum) == "active"
    answer = chosen | {"_understood": page.context["mark"]}
    assert f'name="_understood" value="{answer["_understood"]}"' in page.content.decode()
    assert owner_client.post(PRODUCTS, answer).status_code == 302
    assert status_of(drum) == "archived"


def test_an_answer_counts_for_what_was_read_alone(owner_client, drum):
    chosen = {"action": "archive", "_selected_action": [drum.pk]}
    read = owner_client.post(PRODUCTS, chosen).context["mark"]
    DiscountCode.objects.create(code="EIGHTY", percent_basis_points=8000).products.add(drum)
    page = owner_client.post(PRODUCTS, chosen | {"_understood": read})
    assert "The discount code EIGHTY is for this alone" in page.content.decode()
    assert status_of(drum) == "active"


def test_nothing_is_asked_where_nothing_depends_on_it(owner_client):
    plain = make_product(title="Plain")
    make_variant(plain)
    sent = admin_form(owner_client.get(page_of(plain))) | {"status": "archived"}
    assert owner_client.post(page_of(plain), sent).status_code == 302
    assert status_of(plain) == "archived"


def test_a_question_does_not_come_before_errors(owner_client, drum):
    sent = admin_form(owner_client.get(page_of(drum))) | {"status": "archived", "variants-0-price_minor": "x"}
    page = owner_client.post(page_of(drum), sent)
    assert list(errors_in(page)) == ["variants-0-price_minor"]


@pytest.fixture
def spain():
    """Ship to Spain, and not to the Canary Islands."""
    mainland = ShippingZone.objects.create(name="Spain")
    ZoneCountry.objects.create(zone=mainland, country="ES")
    ShippingRate.objects.create(zone=mainland, name="Parcel", max_weight_grams=2000, price_minor=600)
    islands = ShippingZone.objects.create(name="Islands", is_excluded=True)
    ZoneCountry.objects.create(zone=islands, country="ES", postal_codes="35000-35999")
    return islands


GROWS = "Orders go there again, at the rates of the zone “Spain”: Spain (35000-35999)."


def test_a_place_left_out_that_another_zone_would_ship_to_is_named_before_its_zone_is_deleted(
    owner_client, spain
):
    page = owner_client.get(f"/admin/shop/shippingzone/{spain.pk}/delete/").content.decode()
    assert GROWS in page
    assert "Nobody can order any more" not in page


def test_a_place_ticked_to_go_is_named_before_the_form_is_saved(owner_client, spain):
    address = f"/admin/shop/shippingzone/{spain.pk}/change/"
    sent = admin_form(owner_client.get(address)) | {"countries-0-DELETE": "on"}
    page = owner_client.post(address, sent)
    assert errors_in(page)["__all__"] == [NOTHING_YET, GROWS]
    assert spain.countries.exists()
    answer = owner_client.post(address, sent | {"_understood": page.context["understood"]})
    assert answer.status_code == 302
    assert not spain.countries.exists()


def test_a_part_with_its_own_rates_falls_to_those_of_its_country(owner_client, spain):
    ShippingZone.objects.update(is_excluded=False)
    page = owner_client.get(f"/admin/shop/shippingzone/{spain.pk}/delete/").content.decode()
    assert "At the rates of the zone “Spain” from then on: Spain (35000-35999)." in page


def test_a_product_that_goes_names_the_articles_that_feature_it(owner_client):
    plain = make_product(title="Plain")
    make_article(title="On drums").article_products.create(product=plain)
    QuantityBreak.objects.create(product=plain, from_quantity=3, percent_basis_points=1000)
    page = owner_client.get(f"{PRODUCTS}{plain.pk}/delete/").content.decode()
    assert "Articles that feature it: On drums." in page
    assert "1 quantity price goes with it." in page
    assert Article.objects.exists()
