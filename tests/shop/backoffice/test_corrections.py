"""Staff mend a mistake: what a buyer mistyped, a mail that got lost, a thing to remember."""

import csv
import io
import re

import pytest

from shop.orders.models import OrderNote
from shop.papers import reports
from shop.tax.models import TaxRate
from tests.shop.backoffice.correction_pages import (
    BILLING,
    address_of,
    as_shown,
    correct,
    events,
    fields_in,
    pdf,
)
from tests.shop.checkout_builders import open_shop
from tests.shop.order_builders import make_order, refund

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    open_shop()


def test_staff_correct_what_was_mistyped_and_the_history_says_who_and_from_what(owner_client):
    order = make_order()
    answer = correct(
        owner_client, order, email="ada@right.example", line1="Lindenstraße 11", postal_code=" 50676 "
    )
    assert answer.status_code == 302, answer.content.decode()
    assert (order.email, order.line1, order.postal_code) == ("ada@right.example", "Lindenstraße 11", "50676")
    assert sorted(events(order)[-3:]) == [
        ("Address corrected: Lindenstraße 1 → Lindenstraße 11", "owner"),
        ("E-mail corrected: ada@customer.example → ada@right.example", "owner"),
        ("Postal code corrected: 50674 → 50676", "owner"),
    ]
    assert (
        "ada@customer.example → ada@right.example"
        in owner_client.get(address_of(order, "change")).content.decode()
    )


def test_the_history_holds_the_longest_texts_whole(owner_client):
    order = make_order(email=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 50}.example", name="W" * 120)
    assert (
        correct(owner_client, order, email=f"x@{'b' * 60}.{'c' * 60}.example", name="V" * 120).status_code
        == 302
    )
    text = order.events.get(text__contains=" → x@").text
    assert text.endswith(".example")


def test_nothing_changed_changes_nothing(owner_client):
    order = make_order()
    before = order.events.count()
    assert correct(owner_client, order).status_code == 302
    assert (order.events.count(), order.papers.count()) == (before, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ada@"}, "email"),
        ({"name": ""}, "name"),
        ({"line1": ""}, "line1"),
        ({"postal_code": "1"}, "postal_code"),
        (BILLING | {"billing_postal_code": "x"}, "billing_postal_code"),
        (BILLING | {"billing_name": ""}, "billing_name"),
    ],
)
def test_addresses_are_checked_as_at_the_checkout_and_what_is_typed_stays(owner_client, changes, field):
    order = make_order()
    answer = correct(owner_client, order, **{"city": "Bonn"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert 'value="Bonn"' in page
    assert order.city == "Köln"


def test_a_place_where_tax_or_shipping_are_others_is_refused_with_what_to_do(owner_client):
    order = make_order()
    changes = {"country": "US", "region": "CA", "postal_code": "94103", "city": "San Francisco"}
    page = correct(owner_client, order, **changes).content.decode()
    assert "Cancel this order, so that the money goes back" in page
    assert 'value="San Francisco"' in page
    assert str(order.country) == "DE"
    TaxRate.objects.create(country="DE", postal_codes="27498", name="None", rate_millipercent=0)
    assert "Cancel this order" in correct(owner_client, order, postal_code="27498").content.decode()
    assert order.postal_code == "50674"


def test_an_address_that_a_parcel_left_for_stays_while_email_and_invoice_can_be_corrected(owner_client):
    order = make_order()
    stale = as_shown(owner_client, order)
    owner_client.post(address_of(order, "ship"), {"carrier": "DHL", "tracking_number": "1", **units(order)})
    order.refresh_from_db()
    assert order.fulfilment == "shipped"
    assert "line1" not in as_shown(owner_client, order)
    owner_client.post(address_of(order), stale | {"line1": "Elsewhere 1"})
    assert correct(owner_client, order, email="ada@right.example", **BILLING).status_code == 302
    assert (order.line1, order.email, order.billing_city) == ("Lindenstraße 1", "ada@right.example", "Wien")


def units(order):
    lines = list(order.lines.all())
    return {f"units_{line.pk}": line.quantity for line in lines} | {
        "shown_left": sum(line.quantity for line in lines)
    }


def test_a_save_never_undoes_that_of_a_colleague(owner_client):
    order = make_order()
    stale = as_shown(owner_client, order)
    correct(owner_client, order, city="Bonn")
    page = owner_client.post(address_of(order), stale | {"name": "Ada B. Buyer"}).content.decode()
    order.refresh_from_db()
    assert "Owner saved this at" not in page
    assert "You saved this yourself" in page
    assert "City: was “Köln”, is now “Bonn”." in page
    assert 'value="Ada B. Buyer"' in page
    assert (order.city, order.name) == ("Bonn", "Ada Buyer")
    assert owner_client.post(address_of(order), stale | {"shown": "{"}).status_code == 200


def test_saving_again_after_a_conflict_writes_only_what_was_changed(owner_client, colleague):
    order = make_order()
    stale = as_shown(owner_client, order)
    correct(colleague, order, city="Bonn", **BILLING)
    answer = owner_client.post(address_of(order), stale | {"name": "Ada B. Buyer", "phone": "123"})
    assert "amara saved this at" in answer.content.decode()
    sent = fields_in(answer)
    assert (sent["city"], sent["name"], sent["billing_city"]) == ("Bonn", "Ada B. Buyer", "Wien")
    assert owner_client.post(address_of(order), sent).status_code == 302
    order.refresh_from_db()
    assert (order.city, order.name, order.phone) == ("Bonn", "Ada B. Buyer", "123")
    assert (order.company, order.billing_city, str(order.billing_country)) == ("Prater GmbH", "Wien", "AT")


def test_a_parcel_leaves_only_for_the_address_that_the_page_showed(owner_client, colleague):
    order = make_order()
    page = owner_client.get(address_of(order, "change")).content.decode()
    opened = re.search(r'name="_opened" value="([^"]+)"', page)[1]
    sent = {"carrier": "DHL", "tracking_number": "RR1", "_opened": opened, **units(order)}
    correct(colleague, order, line1="Lindenstraße 11")
    page = owner_client.post(address_of(order, "ship"), sent).content.decode()
    order.refresh_from_db()
    assert order.fulfilment == "unfulfilled"
    assert "Amara saved this at" in page
    assert "Address: was “Lindenstraße 1”, is now “Lindenstraße 11”." in page
    assert 'value="RR1"' in page
    opened = re.search(r'name="_opened" value="([^"]+)"', page)[1]
    assert owner_client.post(address_of(order, "ship"), sent | {"_opened": opened}).status_code == 302
    order.refresh_from_db()
    assert order.fulfilment == "shipped"


def test_a_cancelled_order_is_not_corrected(owner_client):
    order = make_order(status="cancelled")
    assert owner_client.get(address_of(order)).status_code == 302
    assert "/correct/" not in owner_client.get(address_of(order, "change")).content.decode()


def test_only_who_may_change_orders_mends_them(moderator_client, customer):
    order = make_order()
    for verb in ("correct", "resend", "note"):
        assert moderator_client.post(address_of(order, verb), {"text": "x"}).status_code == 403
        assert customer.post(address_of(order, verb)).status_code == 302
    assert not OrderNote.objects.exists()


# ---- the invoice ---------------------------------------------------------------------------------


def test_the_issued_invoice_stays_and_a_corrected_one_follows(owner_client, customer):
    order = make_order()
    first = order.papers.get()
    before = customer.get(first.get_absolute_url()).content
    correct(owner_client, order, **BILLING)
    assert customer.get(first.get_absolute_url()).content == before
    second = order.papers.get(number=first.number + 1)
    says = pdf(customer, second)
    assert f"Replaces invoice {first.number} of" in says
    assert "Prater GmbH\nEva Gruber\nPraterstraße 9" in says
    assert all(line in says for line in ("Total", "Paid with thanks"))
    correct(owner_client, order, email="other@customer.example", phone="123")
    assert order.papers.count() == 2  # neither is printed


def test_a_corrected_invoice_counts_nothing_twice(owner_client):
    from django.utils import timezone

    order = make_order()
    today = timezone.localdate()
    gross = lambda: sum(float(r["gross"]) for r in csv.DictReader(io.StringIO(reports.taxes(today, today))))  # noqa: E731
    before = gross()
    correct(owner_client, order, name="Ada B. Buyer")
    assert gross() == before
    refund(order)
    note = order.papers.get(kind="credit_note")
    assert note.facts["about"]["number"] == 1002
    assert note.facts["buyer"]["name"] == "Ada B. Buyer"
    assert note.facts["total_minor"] == order.total_minor
    assert gross() == 0


def test_an_order_without_an_invoice_gets_none_by_a_correction(owner_client):
    order = make_order(status="pending")
    assert correct(owner_client, order, name="Ada B. Buyer").status_code == 302
    assert (order.name, order.papers.count()) == ("Ada B. Buyer", 0)
