"""The demo: a believable shop, loaded once, and nothing of it twice."""

import re
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from blog import rendering
from blog.models import Article, ArticleFigure, Author, Page, Tag
from comments.models import Comment, Decision
from config import staff
from foundation.models import OutboxMail, Picture, SiteIdentity
from shop import search
from shop.catalogue import cards, tiles
from shop.catalogue.models import Collection, Maker, Product, ProductPicture, Region, Variant
from shop.shipping import rates
from shop.shipping.models import Carrier
from shop.stock.models import StockMovement
from shop.tax.rules import rule_for

pytestmark = pytest.mark.django_db

OTHERS = {"Gift Card", "The Kalimba Songbook"}  # what the shop sells beside instruments


@pytest.fixture(autouse=True)
def password(settings):
    settings.DEMO_STAFF_PASSWORD = "a-password-for-the-demo"
    return settings.DEMO_STAFF_PASSWORD


@pytest.fixture
def rows_only(monkeypatch):
    """Store no files: a picture's row is enough here."""
    numbers = count(1)
    known: dict[str, Picture] = {}

    def picture(name: str) -> Picture:
        if name not in known:
            fields = {"original": name, "width": 1600, "height": 2000, "sha256": f"{next(numbers):064x}"}
            known[name] = Picture.objects.create(**fields)
        return known[name]

    for module in ("shop", "blog"):
        monkeypatch.setattr(f"config.demo_content.{module}.picture", picture)


def load(**options) -> None:
    call_command("load_demo", verbosity=0, **options)


def all_rows() -> dict[str, list]:
    """Return every row of every table, so that the smallest change shows."""
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label in {"shop", "blog", "comments", "foundation", "auth"}
        and model._meta.label != "foundation.Change"
    }


def test_the_demo_is_the_shop_it_promises(rows_only):
    load()
    sold = Product.objects.published()
    assert sold.exclude(title__in=OTHERS).count() == 24
    assert set(sold.filter(title__in=OTHERS).values_list("title", flat=True)) == OTHERS
    assert Collection.objects.filter(products__isnull=False).distinct().count() == 6
    assert Region.objects.filter(products__isnull=False).distinct().count() == 6
    assert Article.objects.published().count() == 8
    assert Author.objects.in_use().count() == 3
    assert {page.slug for page in Page.objects.all()} == {
        "about", "contact", "shipping-and-returns", "terms", "legal-notice", "privacy",
    }  # fmt: skip
    states = Counter(Comment.objects.values_list("state", flat=True))
    assert states == {"approved": 12, "pending": 4, "spam": 2, "rejected": 2}
    assert not OutboxMail.objects.exists()


def test_every_row_has_what_its_page_shows(rows_only):
    load()
    assert not Product.objects.filter(pictures=None).exists()
    assert not ProductPicture.objects.filter(alt="").exists()
    assert not Product.objects.filter(summary="").exists()
    assert not Collection.objects.filter(description="").exists()
    assert not Maker.objects.filter(place="").exists() | Maker.objects.filter(story="").exists()
    assert not Author.objects.filter(picture=None).exists()
    assert not Article.objects.filter(cover=None).exists() | Article.objects.filter(cover_alt="").exists()
    assert not Article.objects.filter(products=None).exists()
    assert (
        not ArticleFigure.objects.filter(alt="").exists() | ArticleFigure.objects.filter(caption="").exists()
    )


def test_some_instruments_are_on_sale_some_low_some_sold_out(rows_only):
    load()
    shown = cards.for_products(Product.objects.exclude(title__in=OTHERS))
    assert sum(bool(card.compare_at) for card in shown) >= 2
    assert sum("left" in card.badge for card in shown) >= 5
    assert sum(card.is_sold_out for card in shown) == 3
    assert sum(card.badge == "" for card in shown) >= 12
    options = set(Product.objects.exclude(option1_name="").values_list("option1_name", flat=True))
    assert {"Key", "Size", "Finish"} <= options
    assert Product.objects.exclude(option2_name="").exists()


def test_no_two_collections_show_the_same_picture(rows_only):
    load()
    pictures = [tile.picture for tile in tiles.all_collections()]
    assert len(set(pictures)) == len(pictures) == 6


def test_articles_have_two_to_four_tags_and_share_them(rows_only):
    load()
    assert {article.tags.count() for article in Article.objects.all()} <= {2, 3, 4}
    assert Tag.objects.annotate(uses=Count("articles")).filter(uses__gte=2).count() >= 8


@pytest.mark.parametrize(
    ("name", "price", "badge"),
    [
        ("Antares Bamboo Panpipes", "$44.00", "Only 2 units left"),
        ("Quena Andean Flute", "$90.00", "Sold out"),
        ("Kuta Thumb Piano Kalimba 7 note - Natural", "$55.00", "Only 2 units left"),
    ],
)
def test_the_three_instruments_have_their_price_and_badge(rows_only, name, price, badge):
    load()
    [card] = cards.for_products(Product.objects.filter(title=name))
    assert (card.price, card.badge) == (price, badge)
    assert card.picture
    assert card.alt


def test_stock_is_in_the_book(rows_only):
    load()
    for variant in Variant.objects.all():
        assert sum(movement.delta for movement in variant.movements.all()) == variant.on_hand
    assert set(StockMovement.objects.values_list("kind", flat=True)) == {"opening"}


def test_products_and_articles_are_found(rows_only):
    load()
    assert search.find("kuta")[0].title == "Kuta Thumb Piano Kalimba 7 note - Natural"
    assert [hit.kind for hit in search.find("krin")][:2] == ["product", "article"]
    drums = [hit.title for hit in search.find("drum")]
    assert drums[0] == "Krin Log Drum"
    assert set(drums[1:3]) == {"Andes Bombo Drum", "Atlas Frame Drum"}
    bamboo = [hit.title for hit in search.find("bamboo")]
    assert set(bamboo[:2]) == {"Bali Bamboo Angklung", "Bansuri Bamboo Flute"}
    assert bamboo[2] == "Antares Bamboo Panpipes"


def test_the_named_articles_are_the_newest_and_nothing_lies_in_the_future(rows_only):
    load()
    newest = Article.objects.published().newest_first()[:3]
    assert [article.title for article in newest] == [
        "What Is Music Therapy?", "How To Play The Krin Log Drum",
        "30 Most Emotional Songs That Will Touch Your Heart",
    ]  # fmt: skip
    latest = Comment.objects.latest("posted_at").posted_at
    assert latest.date() == timezone.now().date() - timedelta(days=1)
    assert not Decision.objects.filter(at__gt=timezone.now()).exists()


def rate_in(country, region=""):
    """Return the rate of the one tax of a place."""
    [tax] = rule_for(country, region).taxes
    return tax.rate_millipercent


def test_shipping_and_taxes_are_those_of_the_pages(rows_only):
    load()
    assert [q.price_minor for q in rates.quotes("DE", 2500, 14_999)] == [900, 0]
    assert [q.name for q in rates.quotes("DE", 300, 4400)] == ["Parcel", "Pick-up in Köln"]
    assert [q.price_minor for q in rates.quotes("DE", 2500, 15_000)] == [0, 0]
    assert [q.price_minor for q in rates.quotes("US", 300, 15_000)] == [2400]
    assert all(carrier.tracking_address("1 2").endswith("1%202") for carrier in Carrier.objects.all())
    assert [code for code, _name in rates.countries()] == ["AT", "CA", "FR", "DE", "NL", "CH", "GB", "US"]
    assert (rate_in("DE"), rule_for("DE").is_inclusive) == (19_000, True)
    assert (rate_in("US", "CA"), rate_in("US", "or")) == (7_250, 0)
    assert rate_in("GB") == 0
    assert SiteIdentity.load().name == "Kora Instruments"


def test_loading_twice_changes_nothing(rows_only):
    load()
    before = all_rows()
    load()
    assert all_rows() == before


def test_loading_again_adds_nothing_and_overwrites_nothing(rows_only):
    load()
    product = Product.objects.get(slug="krin-log-drum")
    product.title = "Our own name"
    product.save()
    before = all_rows()
    load(again=True)
    assert all_rows() == before


def test_what_staff_deleted_stays_away_until_asked_for(rows_only):
    load()
    Comment.objects.first().delete()
    load()
    assert Comment.objects.count() == 19
    load(again=True)
    assert Comment.objects.count() == 20


def test_shop_details_that_were_edited_stay(rows_only):
    SiteIdentity.load()
    SiteIdentity.objects.update(name="My shop", line1="High Street 1")
    load()
    assert SiteIdentity.load().name == "My shop"


def test_staff_signs_in_with_the_password_of_the_settings(rows_only, client, password, settings):
    load()
    assert client.login(username="owner", password=password)
    assert client.login(username="moderator", password=password)
    assert User.objects.get(username="owner").is_superuser
    assert not User.objects.get(username="moderator").is_superuser
    settings.DEMO_STAFF_PASSWORD = "another-password"
    load()
    assert not client.login(username="owner", password=password)
    assert client.login(username="owner", password="another-password")


def test_without_a_password_nobody_signs_in(rows_only, client, settings, capsys):
    load()
    settings.DEMO_STAFF_PASSWORD = ""
    load()
    assert not client.login(username="owner", password="")
    assert not User.objects.get(username="owner").has_usable_password()
    assert "nobody can sign in" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["test", "live"])
def test_only_a_demo_is_filled(settings, mode):
    settings.SHOP_MODE, settings.IS_DEMO = mode, False
    with pytest.raises(CommandError, match=mode):
        load()
    assert not Product.objects.exists()
    assert not User.objects.exists()


def test_texts_are_as_long_as_their_place_allows(rows_only):
    load()
    for product in Product.objects.all():
        assert 80 <= rendering.word_count(product.description) <= 170, product
    for article in Article.objects.all():
        assert 600 <= rendering.word_count(article.body) <= 900, article
        assert "<h2 " in article.body


def test_every_figure_stands_where_its_text_names_it(rows_only):
    load()
    shown = {
        article: [figure.number for figure in article.figures.all()] for article in Article.objects.all()
    }
    assert all(rendering.figures_named(article.body) == numbers for article, numbers in shown.items())
    assert sum(map(len, shown.values())) == 7
    assert sum(bool(numbers) for numbers in shown.values()) == 6


def test_links_in_the_texts_lead_somewhere(rows_only):
    load()
    known = {row.get_absolute_url() for model in (Product, Article, Page) for row in model.objects.all()}
    for row in [*Article.objects.all(), *Page.objects.all()]:
        assert set(re.findall(r'href="(/[^"]*)"', row.body)) <= known | {"/blog/"}, row


def test_the_moderator_sees_comments_and_articles_but_no_orders(rows_only, client, password):
    staff.ensure_groups()
    load()
    client.login(username="moderator", password=password)
    for page in ("comments/comment", "blog/article", "blog/page", "blog/category", "blog/author"):
        assert client.get(f"/admin/{page}/").status_code == 200
    for page in ("shop/order", "shop/stockmovement", "shop/taxrate", "auth/user"):
        assert client.get(f"/admin/{page}/").status_code == 403
