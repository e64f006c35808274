"""Gift cards in the admin: find one, issue one, read its book, and the steps of steps.py."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation import inlines
from foundation.staff_admin import StaffAdmin
from shop.giftcards import cards, issuing, ledger, steps
from shop.giftcards.forms import FactsForm, IssueForm, sent_twice
from shop.giftcards.models import GiftCard, GiftCardMovement


class StateFilter(admin.SimpleListFilter):
    """Keep the cards of one state."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer every state."""
        return list(GiftCard.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen state; what nobody offered keeps everything."""
        is_offered = self.value() in GiftCard.State.values
        return queryset.in_state(self.value()) if is_offered else queryset  # type: ignore[attr-defined]


class OriginFilter(admin.SimpleListFilter):
    """Keep the cards that were bought, or those that the staff issued."""

    title, parameter_name = _("origin"), "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer both."""
        return [("bought", _("Bought")), ("staff", _("Issued by the staff"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        chosen = {"bought": queryset.exclude(source=""), "staff": queryset.filter(source="")}
        return chosen.get(self.value() or "", queryset)


class MovementInline(inlines.TabularInline):
    """The book of one card; written by the shop alone."""

    model = GiftCardMovement
    fields = ["written_at", "kind", "change", "reference", "note", "staff"]
    readonly_fields = ["written_at", "kind", "change", "reference", "note", "staff"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("movements")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftCardMovement]:
        """Fetch card and staff along with the lines."""
        return super().get_queryset(request).select_related("card", "staff")

    def has_add_permission(self, request: HttpRequest, obj: GiftCard | None = None) -> bool:
        """Refuse: lines come from orders, refunds and the steps of the page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: GiftCard | None = None) -> bool:
        """Refuse: the book keeps every line as it is."""
        return False

    @admin.display(description=_("at"))
    def written_at(self, movement: GiftCardMovement) -> str:
        """Show when it was written."""
        return _moment(movement.at)

    @admin.display(description=_("change"))
    def change(self, movement: GiftCardMovement) -> str:
        """Show the amount with its sign."""
        return movement.amount


@admin.register(GiftCard)
class GiftCardAdmin(StaffAdmin):
    """The shop's gift cards, newest first. Their codes are shown to nobody."""

    list_display = ["hinted", "card_state", "on_it", "first_value", "recipient", "origin", "created"]
    list_filter = [StateFilter, OriginFilter, "created_at"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["hint", "recipient", "source", "movements__reference"]
    search_help_text = _("Searches the code's end, recipient, and the orders that bought it or that it paid.")
    readonly_fields = [
        "card_state", "on_it", "first_value", "recipient", "origin", "source_sku", "created", "staff"
    ]  # fmt: skip
    actions = None

    class Media:
        css = {"all": ["css/admin/orders.css", "css/admin/order-file.css", "css/admin/gift-cards.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the steps."""
        wrapped = self.admin_site.admin_view(steps.take)
        return [
            path(
                f"<path:object_id>/{name}/", wrapped, {"name": name, "desk": self},
                name=f"shop_giftcard_{name}",
            )
            for name in steps.STEPS
        ] + super().get_urls()  # fmt: skip

    def get_form(
        self, request: HttpRequest, obj: GiftCard | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for a new card's value, or for what may change of one that is there."""
        return super().get_form(request, obj, change, form=FactsForm if obj else IssueForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: GiftCard | None = None) -> list[Any]:
        """Show the facts of a card, then what may change; ask for what a new one needs."""
        if obj:
            return [*self.readonly_fields, "expires_on", "note"]
        return ["amount", "recipient", "expires_on", "note", "reference"]

    def get_readonly_fields(self, request: HttpRequest, obj: GiftCard | None = None) -> list[Any]:
        """Let a new card's recipient be typed."""
        return list(self.readonly_fields) if obj else []

    def get_inlines(self, request: HttpRequest, obj: GiftCard | None) -> list[Any]:
        """Show the book of a card that is there."""
        return [MovementInline] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: GiftCard | None = None) -> bool:
        """Refuse: a card is money that the shop owes; it can be blocked."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[GiftCard], search_term: str
    ) -> tuple[QuerySet[GiftCard], bool]:
        """Find a card by its whole code as well, and by its end as the list shows it."""
        found = cards.find(search_term)
        if found is not None:
            return queryset.filter(pk=found.pk), False
        return super().get_search_results(request, queryset, search_term.strip().removeprefix("…"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with what all cards are worth above it."""
        worth = ledger.in_words() if self.has_view_permission(request) else ""
        extra = {"title": _("Gift cards"), "worth": worth, **(extra_context or {})}
        return super().changelist_view(request, extra)

    def answer_collision(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say of the second of two forms sent at the same moment that the card is issued already."""
        messages.warning(request, sent_twice())
        return redirect("admin:shop_giftcard_changelist")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer the steps to whoever may change cards."""
        card = context["original"]
        is_offered = card is not None and self.has_change_permission(request, card)
        context["steps"] = steps.offered(card) if is_offered else {}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: GiftCard, form: ModelForm[Any], change: bool) -> None:
        """Issue a new card; of one that is there write what may change, and never its balance."""
        data = form.cleaned_data
        if change:
            GiftCard.objects.filter(pk=obj.pk).update(expires_on=data["expires_on"], note=data["note"])
            return
        card = issuing.issue_by_hand(
            amount_minor=data["amount"], recipient=data["recipient"], note=data["note"], staff=request.user,
            expires_on=data["expires_on"], reference=data["reference"],
        )  # fmt: skip
        obj.__dict__.update(card.__dict__)

    @admin.display(description=_("code ends with"), ordering="hint")
    def hinted(self, card: GiftCard) -> str:
        """Show the end of the code."""
        return str(card)

    @admin.display(description=_("state"))
    def card_state(self, card: GiftCard) -> SafeString:
        """Show whether it can pay."""
        badge = '<span class="gift-card-state" data-state="{}">{}</span>'
        return format_html(badge, card.state.value, card.state.label)

    @admin.display(description=_("balance"), ordering="balance_minor")
    def on_it(self, card: GiftCard) -> str:
        """Show what is on it."""
        return card.balance.display()

    @admin.display(description=_("initial value"), ordering="initial_minor")
    def first_value(self, card: GiftCard) -> str:
        """Show what it was issued with."""
        return card.initial.display()

    @admin.display(description=_("bought with"), ordering="source")
    def origin(self, card: GiftCard) -> Any:
        """Show the purchase, or that the staff issued it."""
        return card.source or _("issued by the staff")

    @admin.display(description=_("created"), ordering="id")
    def created(self, card: GiftCard) -> str:
        """Show when it was issued."""
        return _moment(card.created_at)


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "j M Y, H:i")
