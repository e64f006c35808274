"""The product page: one form to the cart, the right variant chosen, nothing hidden shown."""

import re

import pytest
from django.test import RequestFactory
from django.utils.html import strip_tags

from shop.catalogue import panels
from shop.catalogue.models import Maker, Product, Region
from shop.catalogue.swatches import Swatch
from shop.catalogue.views import product_page
from tests.builders import make_collection, make_picture, make_product, make_variant
from tests.pages import forms_to, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def krin():
    product = make_product(title="Krin", slug="krin", option1_name="Size")
    make_variant(product, sku="KRIN-S", option1="Small", on_hand=0, price_minor=7800, position=1)
    make_variant(product, sku="KRIN-M", option1="Medium", on_hand=5, price_minor=11800, position=2)
    make_variant(
        product,
        sku="KRIN-L",
        option1="Large",
        on_hand=2,
        price_minor=16800,
        compare_at_minor=19900,
        position=3,
    )
    make_variant(product, sku="KRIN-X", option1="Old", on_hand=9, is_active=False, position=4)
    return product


def stated(response) -> dict[str, str]:
    """Return what each option of the form says beside its name."""
    labels = re.findall(r'<label for="id_sku_\d+">(.*?)</label>', response.content.decode(), re.DOTALL)
    texts = (label.partition('<span class="option-facts">') for label in labels)
    return {words(name): words(facts) for name, _, facts in texts}


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def sent_by_default(response) -> dict[str, str]:
    [controls] = forms_to(response, "/cart/add/")
    sent = submitted(controls)
    sent.pop("csrfmiddlewaretoken")
    return sent


@pytest.mark.parametrize(
    ("query", "sku"),
    [
        ("", "KRIN-M"),
        ("?variant=KRIN-L", "KRIN-L"),
        ("?variant=KRIN-S", "KRIN-M"),
        ("?variant=KRIN-X", "KRIN-M"),
        ("?variant=nonsense", "KRIN-M"),
        ("?variant=%00%22%3Cb%3E", "KRIN-M"),
        ("?variant=" + "x" * 5000, "KRIN-M"),
    ],
)
def test_an_available_variant_is_preselected(client, krin, query, sku):
    assert sent_by_default(client.get(f"/products/krin/{query}")) == {"sku": sku, "quantity": "1"}


def test_price_and_badge_are_those_of_the_chosen_variant(client, krin):
    page = client.get("/products/krin/?variant=KRIN-L")
    assert (page.context["price"], page.context["compare_at"]) == ("$168.00", "$199.00")
    assert page.context["chosen"].badge == "Only 2 units left"
    assert client.get("/products/krin/").context["chosen"].badge == ""


def test_sold_out_variants_are_shown_but_cannot_be_chosen(client, krin):
    [controls] = forms_to(client.get("/products/krin/"), "/cart/add/")
    radios = {c["value"]: "disabled" in c for c in controls if c.get("type") == "radio"}
    assert radios == {"KRIN-S": True, "KRIN-M": False, "KRIN-L": False}


def test_options_say_what_sets_them_apart(client, krin):
    assert stated(client.get("/products/krin/")) == {
        "Small": "Sale price $78.00 · Sold out",
        "Medium": "Sale price $118.00",
        "Large": "Sale price $168.00 Regular price $199.00 · Only 2 units left",
    }


def test_options_alike_in_price_and_stock_say_nothing_more(client):
    product = make_product(slug="flute", option1_name="Key")
    make_variant(product, option1="C")
    make_variant(product, option1="D")
    assert stated(client.get("/products/flute/")) == {"C": "", "D": ""}


def test_options_alike_but_on_sale_state_both_prices(client):
    product = make_product(slug="flute", option1_name="Key")
    for key in ("C", "D"):
        make_variant(product, option1=key, price_minor=7200, compare_at_minor=8600)
    price = "Sale price $72.00 Regular price $86.00"
    page = client.get("/products/flute/")
    assert stated(page) == {"C": price, "D": price}
    assert page.content.decode().count("<s>$86.00</s>") == 2 + 2 + 1  # options, their templates, the top


def test_an_option_says_sold_out_in_words_even_when_prices_are_alike(client):
    product = make_product(slug="flute", option1_name="Key")
    make_variant(product, option1="C", on_hand=0)
    make_variant(product, option1="D")
    assert stated(client.get("/products/flute/")) == {"C": "Sold out", "D": ""}


def test_the_script_finds_price_and_stock_of_every_option(client, krin):
    page = client.get("/products/krin/").content.decode()
    facts = dict(re.findall(r'<template data-sku="([^"]+)">(.*?)</template>', page, re.DOTALL))
    texts = {sku: words(html) for sku, html in facts.items()}
    assert texts == {
        "KRIN-S": "Sale price $78.00 Sold out",
        "KRIN-M": "Sale price $118.00",
        "KRIN-L": "Sale price $168.00 Regular price $199.00 Only 2 units left",
    }


def test_a_swatch_stands_beside_the_name_of_its_option(client):
    Swatch.objects.create(name="dark walnut", colour="#4f3524")
    product = make_product(slug="whistle", option1_name="Key", option2_name="Finish")
    make_variant(product, option1="C", option2="Dark walnut")
    make_variant(product, option1="C", option2="Raw", on_hand=0)
    page = client.get("/products/whistle/")
    assert [c.swatch and c.swatch.colour for c in page.context["choices"]] == ["#4f3524", None]
    assert page.content.decode().count('<svg class="swatch"') == 1


def test_a_single_variant_needs_no_choice(client):
    make_variant(make_product(slug="bowl"), sku="BOWL")
    page = client.get("/products/bowl/")
    assert sent_by_default(page) == {"sku": "BOWL", "quantity": "1"}
    assert b"<fieldset" not in page.content
    assert b'<span class="price-label">Sale price</span> $44.00' in page.content


def test_sold_out_product_has_no_form_but_alternatives(client):
    product, other = make_product(slug="udu"), make_variant(make_product(title="Other")).product
    gone = make_variant(make_product(title="Gone"), on_hand=0).product
    make_variant(product, on_hand=2, reserved=2)
    make_collection(product, other, gone)
    page = client.get("/products/udu/")
    assert b"/cart/add/" not in page.content
    assert b"Sold out" in page.content
    assert [card.title for card in page.context["related"]] == ["Other"]


@pytest.mark.parametrize("status", [Product.Status.DRAFT, Product.Status.ARCHIVED])
def test_hidden_products_are_404(client, krin, status):
    Product.objects.update(status=status)
    assert client.get("/products/krin/").status_code == 404


def test_a_product_without_active_variants_is_404(client, krin):
    krin.variants.update(is_active=False)
    assert client.get("/products/krin/").status_code == 404


def test_the_way_back_leads_over_the_first_collection(client, krin):
    make_collection(krin, title="Second", slug="second", position=2)
    make_collection(krin, title="First", slug="first", position=1)
    assert client.get("/products/krin/").context["crumbs"] == [
        ("Home", "/"), ("Instruments", "/collections/"), ("First", "/collections/first/"), ("Krin", None),
    ]  # fmt: skip


def test_maker_region_story_and_pictures_are_told(client, krin):
    krin.maker = Maker.objects.create(name="Atelier", slug="atelier", place="Bamako", story="Two brothers.")
    krin.region = Region.objects.create(name="West Africa", slug="west-africa")
    krin.save()
    make_picture(krin, alt="A log drum")
    page = client.get("/products/krin/").content.decode()
    for text in ("by Atelier · West Africa", "Two brothers.", "Bamako", 'alt="A log drum"'):
        assert text in page


def test_errors_stand_next_to_their_field_and_the_input_is_kept(krin):
    request = RequestFactory().post("/cart/add/")
    response = product_page(
        request, krin, form_errors={"quantity": ["Only 2 units left."]}, chosen_sku="KRIN-L", quantity="<7>",
        status=422,
    )  # fmt: skip
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_quantity_error"><p>Only 2 units left.</p>' in page
    assert 'value="&lt;7&gt;"' in page
    assert 'aria-invalid="true" aria-describedby="id_quantity_error"' in page
    assert sent_by_default(response)["sku"] == "KRIN-L"


def test_panels_of_other_apps_are_shown(client, krin, monkeypatch):
    monkeypatch.setattr(panels, "_offers", [])
    panel = ("Read about it", "components/notice.html", {"kind": "info", "text": "from elsewhere"})
    offer = {krin.pk: [panel]}.get
    panels.register(lambda product: offer(product.pk) or [])
    page = client.get("/products/krin/").content.decode()
    assert "Read about it" in page
    assert "from elsewhere" in page


@pytest.mark.parametrize("size", [3, 30])
def test_five_queries_at_most_however_many_products(client, django_assert_max_num_queries, size):
    products = [make_variant().product for _ in range(size)]
    for product in products:
        make_picture(product)
    make_collection(*products)
    url = products[0].get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(5) as taken:
        client.get(url)
    assert len(taken) == 5  # product, variants, related, pictures, articles


def test_the_page_is_the_same_for_everybody(client, krin, owner_client):
    def without_tokens(response):
        lines = response.content.decode().splitlines()
        return [line for line in lines if "csrfmiddlewaretoken" not in line]

    client.get("/products/krin/")
    assert without_tokens(owner_client.get("/products/krin/")) == without_tokens(
        client.get("/products/krin/")
    )


@pytest.mark.parametrize(
    ("grams", "shown"),
    [
        ([210], "210 g"),
        ([110, 45], "45 to 110 g"),
        ([45, 45], "45 g"),
        ([1240, 3400], "1.2 to 3.4 kg"),
        ([1210, 1240], "1.2 kg"),
        ([800, 1600], "0.8 to 1.6 kg"),
    ],
)
def test_weight_is_told_in_the_unit_that_says_most(customer, grams, shown):
    product = make_product(slug="flute", option1_name="Key")
    for position, weight in enumerate(grams):
        make_variant(product, option1=f"Key {position}", weight_grams=weight, position=position)
    assert f"<dd>{shown}</dd>" in customer.get("/products/flute/").content.decode()
