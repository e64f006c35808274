"""Before going live: written pages, a mail server, a safe address; and the list on the first page."""

import pytest

from blog.models import Page
from config import first_pages, setup_checks
from foundation import heartbeats
from foundation import setup_checks as registry
from foundation.models import SiteIdentity
from shop.payments.models import WebhookEvent
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import TaxRate
from tests.builders import make_picture, make_variant

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def sentences(check):
    return [found.text for found in check()]


@pytest.mark.django_db
def test_the_pages_that_the_law_wants_are_missing_in_an_empty_shop():
    found = list(setup_checks.legal_pages_are_written())
    assert [part.text for part in found] == [
        "The page “Terms” is missing.",
        "The page “Shipping and returns” is missing.",
        "The page “Privacy” is missing.",
        "The page “Legal notice” is missing.",
    ]
    assert found[3].url == "/admin/blog/page/add/?slug=legal-notice&title=Legal+notice"


@pytest.mark.django_db
def test_a_page_with_its_first_sentence_is_still_to_be_written():
    first_pages.ensure()
    assert len(sentences(setup_checks.legal_pages_are_written)) == 4
    Page.objects.exclude(slug="terms").update(body="<p>We ship on Mondays.</p>")
    [found] = setup_checks.legal_pages_are_written()
    terms = Page.objects.get(slug="terms")
    assert found.text == "The page “Terms” is still to be written."
    assert found.url == f"/admin/blog/page/{terms.pk}/change/"
    terms.body = "<p> </p>"
    terms.save()
    assert len(sentences(setup_checks.legal_pages_are_written)) == 1
    terms.body = "<p>You may send it back.</p>"
    terms.save()
    assert sentences(setup_checks.legal_pages_are_written) == []


@pytest.mark.django_db
def test_a_page_that_nobody_can_read_is_named():
    first_pages.ensure()
    Page.objects.update(body="<p>Written.</p>")
    Page.objects.filter(slug="privacy").update(is_published=False)
    assert sentences(setup_checks.legal_pages_are_written) == ["The page “Privacy” is not published."]


@pytest.mark.parametrize("name", ["console", "dummy", "filebased", "locmem"])
def test_mails_to_nowhere_are_named(settings, name):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{name}.EmailBackend"
    assert sentences(setup_checks.mails_arrive) == ["Mails reach nobody: set EMAIL_URL to your mail server."]
    settings.EMAIL_BACKEND = SMTP
    assert sentences(setup_checks.mails_arrive) == []


def test_somebody_has_to_hear_of_orders(settings):
    settings.EMAIL_BACKEND, settings.STAFF_EMAILS = SMTP, []
    assert sentences(setup_checks.mails_arrive) == [
        "Nobody is told about new orders and alerts: set STAFF_EMAILS."
    ]


def test_the_address_is_https_and_errors_show_no_code(settings):
    settings.SITE_URL, settings.DEBUG = "http://shop.example", True
    https, debug = sentences(setup_checks.address_is_safe)
    assert "set SITE_URL" in https
    assert "set DEBUG to false" in debug
    settings.SITE_URL, settings.DEBUG = "https://shop.example", False
    assert sentences(setup_checks.address_is_safe) == []


def test_only_a_live_shop_earns(settings):
    found = {}
    for settings.SHOP_MODE in ("demo", "test", "live"):
        found[settings.SHOP_MODE] = sentences(setup_checks.mode_is_live)
    assert "is a demo" in found["demo"][0]
    assert "SHOP_MODE=live" in found["test"][0]
    assert found["live"] == []


@pytest.fixture
def ready_shop(db, settings):
    """Make a live shop that lacks nothing."""
    settings.SHOP_MODE, settings.SITE_URL, settings.EMAIL_BACKEND = "live", "https://shop.example", SMTP
    SiteIdentity.objects.create(
        pk=1, name="Flutes", line1="Lindenstraße 1", city="Köln", email="hi@shop.example", tax_number="DE1"
    )
    first_pages.ensure()
    Page.objects.update(body="<p>Written.</p>")
    make_picture(make_variant().product)
    zone = ShippingZone.objects.create(name="Germany")
    ZoneCountry.objects.create(zone=zone, country="DE")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=600)
    TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    heartbeats.beat("one")


@pytest.mark.usefixtures("ready_shop")
def test_a_shop_that_lacks_nothing_says_so_in_one_calm_sentence(owner_client):
    page = owner_client.get("/admin/").content.decode()
    assert "Everything that a shop needs is there." in page
    assert 'id="setup"' not in page


@pytest.mark.usefixtures("ready_shop")
def test_in_test_mode_going_live_is_the_last_thing_on_the_list(settings):
    settings.SHOP_MODE = "test"
    WebhookEvent.objects.create(event_id="evt_1", kind="checkout.session.completed", payload={})
    [last] = registry.missing()
    assert last.text.startswith("Payments are tests. Last of all")


def test_the_owner_reads_what_is_missing_with_the_way_to_mend_it(owner_client):
    page = owner_client.get("/admin/").content.decode()
    assert "Before you go live" in page
    assert '<a href="/admin/shop/product/">Nothing can be bought' in page
    assert "Everything that a shop needs is there." not in page


@pytest.mark.usefixtures("ready_shop")
def test_a_live_shop_that_lost_something_reads_that_it_lacks_it(owner_client):
    ShippingRate.objects.all().delete()
    page = owner_client.get("/admin/").content.decode()
    assert "What the shop lacks" in page
    assert "has no rate" in page


def test_a_moderator_reads_nothing_of_it(moderator_client):
    page = moderator_client.get("/admin/").content.decode()
    assert 'id="setup"' not in page
    assert "Everything that a shop needs" not in page


def test_every_way_to_mend_leads_to_a_page(owner_client):
    ZoneCountry.objects.create(zone=ShippingZone.objects.create(name="Empty"), country="DE")
    urls = [found.url for found in registry.missing() if found.url]
    assert len(urls) > 5
    assert [url for url in urls if owner_client.get(url, follow=True).status_code != 200] == []


@pytest.mark.usefixtures("ready_shop")
def test_all_checks_together_cost_thirteen_queries(settings, django_assert_num_queries):
    settings.SHOP_MODE = "test"
    for n in range(3):
        zone = ShippingZone.objects.create(name=f"Zone {n}")
        ZoneCountry.objects.create(zone=zone, country=("AT", "FR", "NL")[n])
        make_variant()
    SiteIdentity.current()
    with django_assert_num_queries(13):
        registry.missing()
