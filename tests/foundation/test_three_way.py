"""Saving again after a conflict writes what this person changed, and leaves the colleague's save alone."""

import datetime as dt

import pytest

from blog.models import Article, Tag
from shop.catalogue.models import Product
from shop.discounts.models import DiscountCode
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.blog.builders import make_article
from tests.builders import make_collection, make_picture, make_product, make_variant
from tests.foundation.test_edit_conflicts import opened, page_of, said
from tests.pages import errors_in, shown_form

pytestmark = pytest.mark.django_db


def conflict(owner_client, other, row, *, mine, theirs):
    """Open twice, save theirs, send mine; return the page that refuses."""
    sent, first = opened(owner_client, row), opened(other, row)
    answer = other.post(page_of(row), first | theirs)
    assert answer.status_code == 302, errors_in(answer)
    page = owner_client.post(page_of(row), sent | mine)
    assert page.status_code == 200
    return page


def save_again(client, row, page):
    """Press "Save" on the page as it stands, as a browser does."""
    answer = client.post(page_of(row), shown_form(page))
    assert answer.status_code == 302, errors_in(answer)
    row.refresh_from_db()


@pytest.fixture
def krin():
    product = make_product(title="Krin", slug="krin", summary="A drum", option1_name="Size")
    make_variant(product, sku="KRIN-S", option1="Small", price_minor=7800, weight_grams=500)
    return product


def test_what_was_left_alone_stays_as_the_colleague_saved_it(owner_client, colleague, krin):
    theirs = {"title": "Slit drum", "is_featured": "on", "status": "archived", "variants-0-price_minor": "80"}
    mine = {"summary": "A wooden drum", "variants-0-weight_grams": "900"}
    page = conflict(owner_client, colleague, krin, mine=mine, theirs=theirs)
    lines = said(page)
    assert lines[-1] == (
        "Saving again writes only what you changed: Summary, Variant “KRIN-S”, Weight (g)."
        " Everything else stays as it is now."
    )
    save_again(owner_client, krin, page)
    assert (krin.title, krin.summary, krin.status, krin.is_featured) == (
        "Slit drum", "A wooden drum", "archived", True
    )  # fmt: skip
    variant = krin.variants.get()
    assert (variant.price_minor, variant.weight_grams) == (8000, 900)


def test_what_both_changed_is_named_and_mine_stands_in_the_form(owner_client, colleague, krin):
    page = conflict(
        owner_client,
        colleague,
        krin,
        mine={"title": "Mine", "summary": "Mine too"},
        theirs={"title": "Theirs"},
    )
    assert "You changed this too, and saving again puts yours in its place: Title." in said(page)
    save_again(owner_client, krin, page)
    assert (krin.title, krin.summary) == ("Mine", "Mine too")


def test_ticks_choices_and_times_that_were_left_alone_are_the_stored_ones(owner_client, colleague):
    article = make_article(body="<p>x</p>", comments_open=True)
    article.tags.add(Tag.objects.create(name="Old", slug="old"))
    tag = Tag.objects.create(name="New", slug="new")
    sent = opened(owner_client, article)
    first = opened(colleague, article) | {
        "tags": [tag.pk], "published_at_0": "2020-02-02", "published_at_1": "10:20:30", "subtitle": "Theirs",
    }  # fmt: skip
    del first["comments_open"]
    assert colleague.post(page_of(article), first).status_code == 302
    page = owner_client.post(page_of(article), sent | {"title": "Mine"})
    save_again(owner_client, article, page)
    assert (article.title, article.subtitle, article.comments_open) == ("Mine", "Theirs", False)
    assert list(article.tags.all()) == [tag]
    assert article.published_at == dt.datetime(2020, 2, 2, 10, 20, 30, tzinfo=dt.UTC)
    assert Article.objects.get().title == "Mine"


def test_a_second_conflict_keeps_the_changes_of_all_three(owner_client, colleague, krin):
    page = conflict(owner_client, colleague, krin, mine={"summary": "Mine"}, theirs={"title": "Theirs"})
    other = make_collection(title="Drums")
    assert (
        colleague.post(page_of(krin), opened(colleague, krin) | {"collections": [other.pk]}).status_code
        == 302
    )
    again = owner_client.post(page_of(krin), shown_form(page))
    assert again.status_code == 200
    assert said(again)[-1].startswith("Saving again writes only what you changed: Summary.")
    save_again(owner_client, krin, again)
    assert (krin.title, krin.summary, list(krin.collections.all())) == ("Theirs", "Mine", [other])


def test_a_value_that_is_put_back_on_purpose_counts(owner_client, colleague, krin):
    page = conflict(owner_client, colleague, krin, mine={"summary": "Mine"}, theirs={"title": "Theirs"})
    again = shown_form(page)
    assert again["title"] == "Theirs"
    again["title"] = "Krin"
    assert owner_client.post(page_of(krin), again).status_code == 302
    assert Product.objects.get().title == "Krin"


def test_rows_that_a_colleague_added_and_deleted_stay_added_and_deleted(owner_client, colleague):
    zone = ShippingZone.objects.create(name="EU")
    ZoneCountry.objects.create(zone=zone, country="DE")
    for name in ("Letter", "Parcel"):
        ShippingRate.objects.create(zone=zone, name=name, max_weight_grams=1000, price_minor=500)
    sent, first = opened(owner_client, zone), opened(colleague, zone)
    gone = next(key for key in ("rates-0", "rates-1") if first[f"{key}-name"] == "Letter")
    kept = "rates-1" if gone == "rates-0" else "rates-0"
    row = {name: first[f"rates-0-{name}"] for name in ("max_weight_grams", "price_minor")}
    first |= {f"rates-2-{name}": value for name, value in row.items()}
    first |= {"rates-2-name": "Express", "rates-2-zone": zone.pk, "rates-2-id": "", "rates-TOTAL_FORMS": "3"}
    answer = colleague.post(page_of(zone), first | {f"{gone}-DELETE": "on", f"{kept}-price_minor": "7"})
    assert answer.status_code == 302, errors_in(answer)
    page = owner_client.post(page_of(zone), sent | {f"{kept}-name": "Box"})
    assert page.status_code == 200
    save_again(owner_client, zone, page)
    assert set(zone.rates.values_list("name", "price_minor")) == {("Box", 700), ("Express", 500)}


def test_a_row_that_is_deleted_here_and_changed_there_is_named(owner_client, colleague, krin):
    make_picture(krin, alt="A drum")
    page = conflict(
        owner_client,
        colleague,
        krin,
        mine={"pictures-0-DELETE": "on"},
        theirs={"pictures-0-alt": "Two drums"},
    )
    assert any("puts yours in its place" in line and "Delete" in line for line in said(page))
    save_again(owner_client, krin, page)
    assert not krin.pictures.exists()


def test_an_untouched_form_saves_nothing_of_its_own(owner_client, colleague):
    code = DiscountCode.objects.create(code="TEN", percent_basis_points=1000)
    page = conflict(owner_client, colleague, code, mine={}, theirs={"most_uses": "5"})
    assert said(page)[-1] == "You had changed nothing yourself."
    save_again(owner_client, code, page)
    assert code.most_uses == 5
