"""Invoices and credit notes in the admin: a list to read, PDFs, a year's archive, and reports for taxes."""

from typing import Any, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.admin import ReadOnlyAdmin
from shop.money import Money
from shop.orders.models import Order, Shipment
from shop.papers import answers, drawing, reports, slip
from shop.papers.forms import ReportForm
from shop.papers.models import Paper

Row = TypeVar("Row")


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """Every invoice and credit note, as issued."""

    list_display = ("titled", "pdf", "of_order", "buyer", "amount", "issued")
    list_display_links = ("titled",)
    list_filter = ("kind", "issued_at")
    list_select_related = ("order",)
    date_hierarchy = "issued_at"
    show_full_result_count = False
    search_fields = ("number", "order__number", "order__name", "order__email")
    search_help_text = _("Searches the paper's and the order's number, name and e-mail.")
    fields = ("titled", "pdf", "of_order", "buyer", "amount", "issued", "reference")

    class Media:
        css = {"all": ["css/admin/orders.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of PDFs, archives and reports."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/pdf/", wrap(self.pdf_view), name="shop_paper_pdf"),
            path("year/<int:year>/", wrap(self.year_view), name="shop_paper_year"),
            path("report/", wrap(self.report_view), name="shop_paper_report"),
            path("slip/<int:order_pk>/", wrap(self.slip_view), name="shop_paper_slip"),
            path("slip/parcel/<int:shipment_pk>/", wrap(self.parcel_view), name="shop_paper_parcel"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with the archives of years above it."""
        extra = {"title": _("Invoices and credit notes"), "years": reports.years()}
        return super().changelist_view(request, extra | (extra_context or {}))

    def pdf_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show a paper as PDF."""
        _require(request, "shop.view_paper")
        paper = Paper.objects.filter(pk=pk).first()
        return answers.of_paper(request, _found(paper))

    def year_view(self, request: HttpRequest, year: int) -> HttpResponseBase:
        """Send all papers of a year as one archive, or say how many are drawn so far."""
        _require(request, "shop.view_paper")
        if year not in reports.years():
            raise Http404
        papers = Paper.objects.of_year(year)
        if not drawing.are_at_hand(papers, year):
            count = papers.count()
            facts = {"year": year, "count": count, "drawn": count - drawing.missing(papers).count()}
            context = {**self.admin_site.each_context(request), "opts": self.opts, **facts}
            return TemplateResponse(request, "admin/shop/paper/being_drawn.html", context, status=202)
        return answers.archive(reports.archive(year), name=f"papers-{year}.zip")

    def report_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send the orders or the taxes of a period as CSV, or ask which."""
        _require(request, "shop.view_paper", "shop.view_order")
        form = ReportForm(request.GET if "about" in request.GET else None)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
            return TemplateResponse(request, "admin/shop/paper/report.html", context)
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        about = form.cleaned_data["about"]
        text = (reports.orders if about == "orders" else reports.taxes)(since, until)
        return answers.csv(text, name=f"{about}-{since}-{until}.csv")

    def slip_view(self, request: HttpRequest, order_pk: int) -> HttpResponseBase:
        """Show the packing slip of an order."""
        _require(request, "shop.view_order")
        order = _found(Order.objects.filter(pk=order_pk).first())
        return answers.document(slip.render(order), name=f"packing-slip-{order.number}.pdf")

    def parcel_view(self, request: HttpRequest, shipment_pk: int) -> HttpResponseBase:
        """Show the packing slip of one parcel."""
        _require(request, "shop.view_order")
        parcel = _found(Shipment.objects.select_related("order").filter(pk=shipment_pk).first())
        name = f"packing-slip-{parcel.order.number}-{parcel.pk}.pdf"
        return answers.document(slip.render(parcel.order, parcel), name=name)

    @admin.display(description=_("paper"), ordering="number")
    def titled(self, paper: Paper) -> str:
        """Show kind and number."""
        return str(paper)

    @admin.display(description=_("PDF"))
    def pdf(self, paper: Paper) -> SafeString:
        """Link to the PDF."""
        url = reverse("admin:shop_paper_pdf", args=[paper.pk])
        return format_html('<a href="{}" aria-label="{} (PDF)">PDF</a>', url, paper)

    @admin.display(description=_("order"), ordering="order__number")
    def of_order(self, paper: Paper) -> SafeString:
        """Link to the order."""
        url = reverse("admin:shop_order_change", args=[paper.order_id])
        return format_html('<a href="{}">{}</a>', url, paper.order)

    @admin.display(description=_("buyer"))
    def buyer(self, paper: Paper) -> str:
        """Show the name on the paper."""
        return str(paper.facts["buyer"]["name"])

    @admin.display(description=_("amount"))
    def amount(self, paper: Paper) -> str:
        """Show what it comes to; negative for a credit note."""
        return Money(paper.total_minor, paper.facts["currency"]).display()

    @admin.display(description=_("issued"), ordering="issued_at")
    def issued(self, paper: Paper) -> str:
        """Show when it was issued."""
        return date_format(timezone.localtime(paper.issued_at), "j M Y, H:i")


def _require(request: HttpRequest, *rights: str) -> None:
    if not request.user.has_perms(rights):
        raise PermissionDenied


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
