"""Rows of one form: unique in the state that the form leaves, saved without standing in each other's way."""

import pytest
from django.db import IntegrityError, models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps
from django.urls import reverse

from blog.models import ArticleFigure, ArticleProduct
from foundation import parking, uniqueness
from shop.catalogue.models import TaxClass, Variant
from shop.catalogue.price_rules import QuantityBreak
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import ClassRate, TaxRate
from tests.blog.builders import make_article
from tests.builders import make_picture, make_product, make_variant
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def variants():
    product = make_product(option1_name="Size")
    make_variant(product, sku="A", option1="Small"), make_variant(product, sku="B", option1="Large")
    return product, "variants", product.variants


def breaks():
    product = make_product()
    for units in (5, 10):
        QuantityBreak.objects.create(product=product, from_quantity=units, percent_basis_points=units * 100)
    return product, "quantity_breaks", product.quantity_breaks


def class_rates():
    rate = TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    for name in ("Books", "Food"):
        ClassRate.objects.create(
            rate=rate, tax_class=TaxClass.objects.create(name=name), rate_millipercent=7000
        )
    return rate, "class_rates", rate.class_rates


def featured():
    article = make_article()
    for title in ("Krin", "Kora"):
        ArticleProduct.objects.create(article=article, product=make_product(title=title))
    return article, "article_products", article.article_products


def figures():
    article = make_article(body="<p>Text</p>")
    picture = make_picture(make_product()).picture
    for number in (1, 2):
        ArticleFigure.objects.create(article=article, number=number, picture=picture, alt="x")
    return article, "figures", article.figures


def zone_countries():
    zone = ShippingZone.objects.create(name="EU")
    for code in ("DE", "FR"):
        ZoneCountry.objects.create(zone=zone, country=code)
    rates()  # another zone beside it
    return zone, "countries", zone.countries


def rates():
    zone = ShippingZone.objects.create(name="World")
    for grams in (1000, 2000):
        ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=grams, price_minor=500)
    return zone, "rates", zone.rates


CASES = [
    (variants, "option1"), (variants, "sku"), (breaks, "from_quantity"), (class_rates, "tax_class"),
    (featured, "product"), (figures, "number"), (zone_countries, "country"), (rates, "max_weight_grams"),
]  # fmt: skip
IDS = [f"{make.__name__}-{field}" for make, field in CASES]


def opened(client, owner):
    sent = admin_form(client.get(page_of(owner)))
    moment = sent.pop("published_at", None)
    at = {"published_at_0": f"{moment:%Y-%m-%d}", "published_at_1": f"{moment:%H:%M:%S}"} if moment else {}
    return sent | at


def value_of(row, field):
    return getattr(row, row._meta.get_field(field).attname)


@pytest.mark.parametrize(("make", "field"), CASES, ids=IDS)
def test_two_rows_of_one_form_may_change_places(owner_client, make, field):
    parent, prefix, rows = make()
    sent = opened(owner_client, parent)
    first, second = f"{prefix}-0-{field}", f"{prefix}-1-{field}"
    before = {sent[f"{prefix}-{place}-id"]: sent[f"{prefix}-{place}-{field}"] for place in (0, 1)}
    sent |= {first: sent[second], second: sent[first]}
    page = owner_client.post(page_of(parent), sent)
    assert page.status_code == 302, errors_in(page)
    after = {row.pk: value_of(row, field) for row in rows.all()}
    (one, another), (old, new) = before, before.values()
    assert (str(after[one]), str(after[another])) == (str(new), str(old))


@pytest.mark.parametrize(("make", "field"), CASES, ids=IDS)
def test_a_row_may_take_the_value_of_one_that_goes_with_the_same_form(owner_client, make, field):
    parent, prefix, rows = make()
    Variant.objects.update(on_hand=0)
    movements = [row.movements.all() for row in rows.all() if hasattr(row, "movements")]
    for each in movements:
        each._raw_delete(each.db)
    sent = opened(owner_client, parent)
    taken = sent[f"{prefix}-0-{field}"]
    sent |= {f"{prefix}-0-DELETE": "on", f"{prefix}-1-{field}": taken}
    page = owner_client.post(page_of(parent), sent)
    assert page.status_code == 302, errors_in(page)
    assert [str(value_of(row, field)) for row in rows.all()] == [str(taken)]


@pytest.mark.parametrize(("make", "field"), CASES, ids=IDS)
def test_a_value_that_stands_twice_is_an_error_at_the_row_that_brought_it(owner_client, make, field):
    parent, prefix, rows = make()
    sent = opened(owner_client, parent)
    sent |= {f"{prefix}-0-{field}": sent[f"{prefix}-1-{field}"]}
    page = owner_client.post(page_of(parent), sent)
    assert page.status_code == 200
    assert len(errors_in(page)) == 1
    assert next(iter(errors_in(page))).startswith(f"{prefix}-")
    assert len({value_of(row, field) for row in rows.all()}) == 2


def test_a_value_of_another_parents_row_is_an_error_at_its_field(owner_client):
    make_variant(make_product(), sku="TAKEN")
    product, _prefix, rows = variants()
    sent = opened(owner_client, product) | {"variants-1-sku": "TAKEN"}
    page = owner_client.post(page_of(product), sent)
    assert errors_in(page) == {"variants-1-sku": ["Variant with this SKU already exists."]}
    assert sorted(rows.values_list("sku", flat=True)) == ["A", "B"]


def test_three_rows_may_go_round_in_a_circle_with_one_line_of_history_each(owner_client):
    product = make_product(option1_name="Size")
    made = [make_variant(product, sku=f"V{place}", option1=str(place)) for place in range(3)]
    lines = [row.history.count() for row in made]
    sent = opened(owner_client, product)
    sent |= {f"variants-{place}-option1": str((place + 1) % 3) for place in range(3)}
    assert owner_client.post(page_of(product), sent).status_code == 302
    assert [row.option1 for row in product.variants.order_by("pk")] == ["1", "2", "0"]
    assert [row.history.count() for row in made] == [count + 1 for count in lines]


def test_duplicates_among_the_rows_of_something_new_are_found(owner_client):
    url = "/admin/shop/product/add/"
    sent = admin_form(owner_client.get(url)) | {
        "title": "Kora", "slug": "kora", "option1_name": "Size", "variants-TOTAL_FORMS": "2",
        "low_stock_threshold": "3", "position": "0",
    }  # fmt: skip
    for place in (0, 1):
        row = {"sku": f"K{place}", "option1": "Small", "price_minor": "5", "weight_grams": "1", "position": 0}
        sent |= {f"variants-{place}-{name}": value for name, value in row.items()}
    page = owner_client.post(url, sent)
    assert list(errors_in(page)) == ["variants-1-option1"]


def test_what_the_database_refuses_after_all_is_an_error_above_what_was_typed(owner_client, monkeypatch):
    product, _prefix, _rows = variants()
    sent = opened(owner_client, product) | {"title": "Typed meanwhile"}

    def late(*args, **options):
        raise IntegrityError("a colleague was quicker")

    monkeypatch.setattr(Variant, "save", late)
    page = owner_client.post(page_of(product), sent | {"variants-0-weight_grams": "77"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Please save again" in text
    assert 'value="Typed meanwhile"' in text
    assert 'value="77"' in text


with isolate_apps("shop"):

    class Word(models.Model):
        """A table that only these tests know, with the kinds of rules that the shop has not got."""

        text = models.CharField(max_length=2)
        is_old = models.BooleanField(default=False)

        class Meta:
            app_label = "shop"
            constraints = [
                models.UniqueConstraint(Lower("text"), name="word_once"),
                models.UniqueConstraint(
                    fields=["text"], condition=models.Q(is_old=False), name="new_word_once"
                ),
            ]  # fmt: skip

        def __str__(self) -> str:
            return self.text


def test_expressions_and_conditions_are_rules_too():
    by_expression, by_condition = uniqueness.rules(Word)
    assert by_expression.key(Word(text="Ab")) == by_expression.key(Word(text="aB")) == ("ab",)
    assert by_expression.fields == ("text",)
    assert by_condition.key(Word(text="ab")) == ("ab",)
    assert by_condition.key(Word(text="ab", is_old=True)) is None


@pytest.mark.parametrize("field", [Word._meta.get_field("text"), ZoneCountry._meta.get_field("country")])
def test_short_texts_are_parked_within_their_length(field):
    values = list(parking._values(field, 123456))
    assert len(values) > 200
    assert {len(value) for value in values} == {2}


@pytest.mark.parametrize(
    ("asked_for", "shown"), [("", 0), ("5", 5), ("999", 0), ("99", 20), ("-1", 0), ("x", 0)]
)
def test_empty_rows_are_shown_for_whoever_asks_by_the_address(owner_client, asked_for, shown):
    product, prefix, _rows = variants()
    answer = owner_client.get(page_of(product), {"empty_rows": asked_for} if asked_for else {})
    formsets = {each.formset.prefix: each.formset for each in answer.context["inline_admin_formsets"]}
    assert len(formsets[prefix].extra_forms) == shown
    assert 'href="?empty_rows=5"' in answer.content.decode()


def test_an_empty_row_that_was_asked_for_and_filled_in_is_saved_and_the_others_are_not(owner_client):
    product, prefix, rows = variants()
    address = f"{page_of(product)}?empty_rows=3"
    fields = admin_form(owner_client.get(address))
    fields |= {f"{prefix}-2-sku": "C", f"{prefix}-2-option1": "Huge", f"{prefix}-2-price_minor": "12.00"}
    answer = owner_client.post(address, fields)
    assert answer.status_code == 302, errors_in(answer)
    assert sorted(rows.values_list("sku", flat=True)) == ["A", "B", "C"]
