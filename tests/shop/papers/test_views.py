"""Who may read which paper: whoever holds the order's token, and staff with the right to."""

import csv
import io
import zipfile

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from shop.orders.models import Shipment
from tests.builders import make_variant
from tests.shop.order_builders import make_order, refund
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """A paid order."""
    return make_order((make_variant(sku="KAL", on_hand=5), 3))


def content(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(answer):
    assert content(answer).startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(content(answer).decode("utf-8-sig"))))


# ---- the buyer -----------------------------------------------------------------------------------


def test_the_order_page_leads_to_the_invoice_and_to_credit_notes(customer):
    order = make_order(status="refunded")
    page = customer.get(order.get_absolute_url()).content.decode()
    assert "Invoice (PDF)" in page
    assert "Credit note 1001 (PDF)" in page
    for paper in order.papers.all():
        assert f'href="{paper.get_absolute_url()}"' in page
        answer = customer.get(paper.get_absolute_url())
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'inline; filename="{paper.slug}.pdf"'
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
        assert str(paper) in text_of(answer.content)


def test_an_unpaid_order_speaks_of_no_invoice(customer):
    page = customer.get(make_order(status="pending").get_absolute_url()).content.decode()
    assert "Invoice" not in page


def test_the_paid_mail_says_where_the_invoice_is(order):
    from foundation.models import OutboxMail

    mail = OutboxMail.objects.get(message="order_paid")
    for text in (mail.text, mail.html):
        assert "Your invoice is on the order" in text
        assert order.site_url in text


@pytest.mark.parametrize(
    "slug",
    ["invoice-1002", "invoice-01001", "invoice-", "credit-note-1001", "credit_note-1001", "invoice-x",
     "invoice-99999999999999999999", "invoice-١٠٠١", "-1001", "packing-1001"],
)  # fmt: skip
def test_what_is_no_paper_of_the_order_is_not_found(customer, order, slug):
    assert customer.get(f"{order.get_absolute_url()}papers/{slug}.pdf").status_code == 404


def test_a_paper_is_not_found_under_the_token_of_another_order(stranger, order):
    other = make_order()
    own, others = order.papers.get(), other.papers.get()
    assert stranger.get(f"{order.get_absolute_url()}papers/{others.slug}.pdf").status_code == 404
    assert stranger.get(f"/orders/nobodys-token/papers/{own.slug}.pdf").status_code == 404
    assert stranger.post(own.get_absolute_url()).status_code == 405


# ---- the staff -----------------------------------------------------------------------------------


def addresses(order):
    shipment = Shipment.objects.create(order=order, carrier="DHL", tracking_number="JD01")
    paper = order.papers.get()
    return {
        f"/admin/shop/paper/{paper.pk}/pdf/": "invoice-1001.pdf",
        f"/admin/shop/paper/year/{paper.issued_at.year}/": f"papers-{paper.issued_at.year}.zip",
        "/admin/shop/paper/report/?since=2020-01-01&until=2100-01-01&about=taxes": (
            "taxes-2020-01-01-2100-01-01.csv"
        ),
        f"/admin/shop/paper/slip/{order.pk}/": f"packing-slip-{order.number}.pdf",
        f"/admin/shop/paper/slip/parcel/{shipment.pk}/": f"packing-slip-{order.number}-{shipment.pk}.pdf",
    }


def test_the_owner_gets_every_file_under_a_plain_name(owner_client, order):
    for address, name in addresses(order).items():
        answer = owner_client.get(address)
        assert answer.status_code == 200, address
        assert f'filename="{name}"' in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
        content(answer)


def test_nobody_else_gets_any(moderator_client, stranger, order):
    for address in (*addresses(order), "/admin/shop/paper/"):
        assert moderator_client.get(address).status_code == 403, address
        assert stranger.get(address).status_code == 302, address


def test_the_right_to_papers_alone_gives_no_report_on_orders(order):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_paper"))
    client = Client()
    client.force_login(clerk)
    assert client.get("/admin/shop/paper/").status_code == 200
    assert client.get("/admin/shop/paper/report/").status_code == 403
    assert client.get(f"/admin/shop/paper/slip/{order.pk}/").status_code == 403


def test_files_of_nothing_are_not_found(owner_client, order):
    for address in ("999/pdf/", "year/1999/", "year/99999/", "slip/999/", "slip/parcel/999/"):
        assert owner_client.get(f"/admin/shop/paper/{address}").status_code == 404, address


def test_the_list_finds_papers_and_offers_archive_and_report(owner_client, order):
    year = order.papers.get().issued_at.year
    page = owner_client.get("/admin/shop/paper/?q=ada").content.decode()
    assert "Invoice 1001" in page
    assert f"All of {year} as one archive" in page
    assert "/admin/shop/paper/report/" in page
    assert "Invoice 1001" not in owner_client.get("/admin/shop/paper/?q=nobody").content.decode()
    assert owner_client.get(f"/admin/shop/paper/{order.papers.get().pk}/change/").status_code == 200
    assert owner_client.get("/admin/shop/paper/add/").status_code == 403


def test_the_orders_page_leads_to_its_papers_and_packing_slips(owner_client, order):
    wanted = [address for address in addresses(order) if "report" not in address and "year" not in address]
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert all(f'href="{address}"' in page for address in wanted)


def test_a_packing_slip_tells_what_to_pack_and_no_price(owner_client, order):
    says = text_of(owner_client.get(f"/admin/shop/paper/slip/{order.pk}/").content)
    for part in ("Packing slip", "Ada Buyer", "Lindenstraße 1", "KAL", "3"):
        assert part in says
    assert "$" not in says
    assert "44.00" not in says


def test_the_packing_slip_of_a_parcel_tells_what_is_in_it(owner_client, order):
    shipment = Shipment.objects.create(order=order, carrier="DHL", tracking_number="JD01")
    shipment.lines.create(order_line=order.lines.get(), quantity=2)
    says = text_of(owner_client.get(f"/admin/shop/paper/slip/parcel/{shipment.pk}/").content)
    assert "DHL JD01" in says
    assert says.count("KAL 2") == 1


# ---- for the tax adviser -------------------------------------------------------------------------


def test_the_archive_holds_every_paper_and_the_taxes(owner_client, order):
    make_order(status="refunded")
    year = order.papers.get().issued_at.year
    answer = owner_client.get(f"/admin/shop/paper/year/{year}/")
    assert answer.streaming
    with zipfile.ZipFile(io.BytesIO(content(answer))) as archive:
        assert archive.testzip() is None
        names = ["invoice-1001.pdf", "invoice-1002.pdf", "credit-note-1001.pdf", f"taxes-{year}.csv"]
        assert archive.namelist() == [f"{year}/{name}" for name in names]
        assert "Invoice 1002" in text_of(archive.read(f"{year}/invoice-1002.pdf"))
        assert len(archive.read(f"{year}/taxes-{year}.csv").decode("utf-8-sig").splitlines()) == 4


def report(client, about, since="2020-01-01", until="2100-01-01"):
    query = {"since": since, "until": until, "about": about}
    return client.get("/admin/shop/paper/report/", query)


def test_the_orders_of_a_period_come_with_totals_tax_refunds_and_papers(owner_client, order):
    refunded = make_order(status="refunded")
    first, second = rows_of(report(owner_client, "orders"))
    assert (first["order"], first["total"], first["tax included"]) == (str(order.number), "138.00", "22.03")
    assert (first["tax"], first["country"]) == ("VAT 19%", "DE")
    assert (second["order"], second["refunded"]) == (str(refunded.number), "50.00")
    assert second["papers"] == "credit-note-1001 invoice-1002"


def test_the_taxes_of_a_period_add_up_to_nothing_when_everything_went_back(owner_client):
    refund(make_order(status="pending"))
    rows = rows_of(report(owner_client, "taxes"))
    assert [(row["paper"], row["net"], row["tax amount"], row["gross"]) for row in rows] == [
        ("invoice", "42.02", "7.98", "50.00"),
        ("credit note", "-42.02", "-7.98", "-50.00"),
    ]


def test_only_the_period_is_told(owner_client, order):
    day = order.paid_at.date().isoformat()
    assert len(rows_of(report(owner_client, "orders", since=day, until=day))) == 1
    assert rows_of(report(owner_client, "orders", since="2020-01-01", until="2020-12-31")) == []
    assert rows_of(report(owner_client, "taxes", since="2020-01-01", until="2020-12-31")) == []


def test_a_hostile_name_is_no_formula(owner_client):
    make_order(name="=cmd|'/c calc'!A1")
    for about in ("orders", "taxes"):
        assert rows_of(report(owner_client, about))[0]["buyer"] == "'=cmd|'/c calc'!A1"


def test_a_period_that_cannot_be_is_shown_again_with_what_is_wrong(owner_client):
    answer = report(owner_client, "orders", since="2026-05-01", until="2026-01-01")
    assert "This is before the first day." in answer.content.decode()
    assert 'value="2026-05-01"' in answer.content.decode()
    for since, until in (("x", "2026-01-01"), ("0001-01-01", "9999-12-31"), ("", "")):
        assert report(owner_client, "orders", since=since, until=until).status_code == 200
    assert "Enter a valid date" in report(owner_client, "taxes", since="31.31.31").content.decode()
