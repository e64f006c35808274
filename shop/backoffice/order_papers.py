"""The papers of an order's page: invoice, credit notes and what packing takes along."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shop.backoffice.tables import Content, Table, moment, table
from shop.money import Money
from shop.orders.models import Order


def of_order(order: Order) -> Table:
    """Return what was issued, oldest first, and the packing slip of a paid order. One query."""
    rows: list[tuple[Content, Content, Content]] = [
        (
            (f"{paper} (PDF)", reverse("admin:shop_paper_pdf", args=[paper.pk])),
            Money(paper.total_minor, order.currency).display(),
            moment(paper.issued_at),
        )
        for paper in order.papers.order_by("issued_at", "pk")
    ]
    if order.status == Order.Status.PAID:
        rows.append(((_("Packing slip (PDF)"), reverse("admin:shop_paper_slip", args=[order.pk])), "", ""))
    return table("papers", _("Papers"), (_("Paper"), _("Amount"), _("Issued")), rows)
