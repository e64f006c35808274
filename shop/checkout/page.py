"""The checkout page's state: the form, the cart's lines and the totals for the wanted destination."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from django_countries import countries as all_countries

from foundation.models import SiteIdentity
from shop.cart import basket, codes, gift_cards
from shop.cart.codes import CartCode
from shop.cart.gift_cards import CartCard
from shop.cart.models import Cart, CartLine
from shop.catalogue import withdrawal_rules
from shop.checkout import quoting
from shop.checkout.forms import CheckoutForm
from shop.money import Money
from shop.orders import delivery, summary
from shop.orders.placing import PlainLine, Terms
from shop.shipping import rates
from shop.tax import rules


@dataclass
class CheckoutPage:
    """What one request to /checkout/ knows; `terms` is None while the shop cannot ship there.

    `is_order` says that the buyer wants to order, so that what is missing is told.
    """

    cart: Cart
    cart_lines: list[CartLine]
    lines: list[PlainLine]
    form: CheckoutForm
    is_order: bool = False
    code: CartCode = field(default_factory=CartCode)
    cards: list[CartCard] = field(default_factory=list)
    terms: Terms | None = None
    shipping_error: str = ""
    line_errors: dict[int, str] = field(default_factory=dict)
    notice: str = ""

    @property
    def total_key(self) -> str:
        """Total and gift cards as the hidden field carries them; only ever compared, never charged."""
        if self.terms is None:
            return ""
        totals = self.terms.totals
        by_card = f"-{totals.gift_card_minor}" if totals.gift_card_minor else ""
        return f"{settings.SHOP_CURRENCY}{totals.total_minor}{by_card}"

    @property
    def was_shown(self) -> bool:
        """Whether the buyer was shown exactly this total."""
        return bool(self.total_key) and self.form.data.get("shown_total") == self.total_key

    @property
    def has_news_of_code(self) -> bool:
        """Whether a code does not apply and the buyer has not been told so."""
        return bool(self.code.error) and self.form.data.get("refused_code") != self.code.typed

    @property
    def has_problems(self) -> bool:
        """Whether a line cannot be bought as it stands."""
        return bool(self.line_errors)

    def rows(self) -> list[dict[str, str]]:
        """Return the lines for the summary, each with its error and what it excepts from withdrawal."""
        shares = self.terms.bill.lines if self.terms else ()
        prices = [share.unit_price_minor for share in shares] or [
            line.price.minor for line in self.cart_lines
        ]
        return [
            {
                "title": line.variant.full_title,
                "quantity": str(line.quantity),
                "total": _show(price_minor * line.quantity),
                "withdrawal_note": withdrawal_rules.sentence(line.variant.product.withdrawal_rule),
                "error": self.line_errors.get(line.variant_id, ""),
            }
            for line, price_minor in zip(self.cart_lines, prices, strict=True)
        ]

    def totals(self) -> list[summary.Row]:
        """Return the rows of the totals."""
        if self.terms is None:
            return []
        return summary.of_bill(
            self.terms.bill,
            shipping=summary.shipping_label(self.terms),
            currency=settings.SHOP_CURRENCY,
            code=self.terms.code.code if self.terms.code else "",
            gift_cards=self.terms.gift_cards,
        )

    @property
    def costs_nothing(self) -> bool:
        """Whether nothing is left to pay, so that no payment follows."""
        return self.terms is not None and not self.terms.totals.charged_minor

    @property
    def order_label(self) -> str:
        """What the button says that orders."""
        return _("Place order") if self.costs_nothing else _("Order and pay")

    @property
    def nothing_to_pay(self) -> str:
        """Why no payment follows."""
        if self.terms is not None and self.terms.totals.total_minor:
            return _("Nothing is left to pay. Your order is complete as soon as you place it.")
        return _("This order costs nothing. It is complete as soon as you place it.")

    @property
    def vat_note(self) -> str:
        """What comes of the typed VAT number: that the tax is the buyer's, or why it does not count."""
        if self.terms and self.terms.tax.is_reverse_charge:
            return _("Reverse charge: we charge no VAT, your company accounts for it.")
        if self.terms and self.terms.is_pickup and self.form.wanted_vat_number:
            return _("What you pick up at the shop bears our VAT.")
        return "" if self.form.has_error("vat_number") else self.form.vat_problem

    @property
    def delivery_note(self) -> str:
        """When the order would arrive, or where it could be picked up."""
        if self.terms is None:
            return ""
        if self.terms.is_by_email:
            return _("Your gift cards come by e-mail as soon as they are paid.")
        if self.terms.is_pickup:
            return _("You pick it up at: %(place)s.") % {"place": delivery.pickup_place()}
        arrives = delivery.after_order if self.costs_nothing else delivery.after_payment
        return arrives(self.terms.delivery_days_from or 0, self.terms.delivery_days_to or 0)

    def tell_of_code(self) -> None:
        """Say that the code does not apply, and what is to pay without it."""
        self.notice = _("The code %(code)s was not used: %(why)s %(total)s") % {
            "code": self.code.typed, "why": self.code.error, "total": new_total_notice(self),
        }  # fmt: skip

    def is_agreed(self) -> bool:
        """Whether this can be ordered and the buyer was shown all of it; else the page says what is new."""
        is_valid = self.form.is_valid()
        if self.terms is None or self.shipping_error or self.has_problems or not is_valid:
            return False
        if self.has_news_of_code:
            self.tell_of_code()
        elif not self.was_shown:
            self.notice = new_total_notice(self)
        return not self.notice

    def stop_complaining(self) -> None:
        """Keep what was typed and the totals, and complain about nothing yet."""
        form = self.form
        form.initial = {**form.initial, **{n: form.data[n] for n in form.fields if n in form.data}}
        form.is_bound = False


def _show(amount_minor: int) -> str:
    return Money(amount_minor, settings.SHOP_CURRENCY).display()


def build(
    cart: Cart,
    cart_lines: list[CartLine],
    typed: Mapping[str, str] | None,
    *,
    is_order: bool,
    code: CartCode | None = None,
) -> CheckoutPage:
    """Read what was typed into a page with totals for the wanted destination. Three queries.

    `code` is what the buyer just did with codes; else the cart's own is asked anew.
    """
    lines = quoting.plain_lines(cart_lines)
    needs_parcel = quoting.needs_parcel(lines)
    countries = rates.countries() if needs_parcel else list(all_countries)
    home = str(SiteIdentity.current().country)
    offered = [country for country, _name in countries]
    first = home if home in offered else next(iter(offered), "")
    form = CheckoutForm(typed, countries=countries, country=first, needs_parcel=needs_parcel)
    page = CheckoutPage(cart, cart_lines, lines, form, is_order)
    page.code = code or codes.of_cart(cart, cart_lines)
    page.cards = gift_cards.of_cart(cart)
    _price(page)
    _check_stock(page)
    return page


def email_in(typed: Mapping[str, str] | None) -> str:
    """Return the address that was typed, for codes that each customer may use so often: only to order."""
    return str(typed.get("email", ""))[:254] if typed else ""


def _price(page: CheckoutPage) -> None:
    to, code = page.form.destination, page.code.applied
    tax = rules.rule_for(to.country, to.region, to.postal_code, vat_number=page.form.wanted_vat_number)
    try:
        choices = quoting.shipping_choices(page.lines, to, tax=tax, code=code)
    except quoting.NoShipping as error:
        page.shipping_error, page.terms = str(error), None
        return
    chosen = page.form.offer(choices, settings.SHOP_CURRENCY)
    if chosen.is_pickup:
        tax = rules.rule_at_home()
    page.terms = quoting.terms(page.lines, chosen=chosen, tax=tax, code=code, cards=page.cards)
    page.shipping_error = quoting.charge_problem(page.terms)
    if page.form.has_lost_rate and page.is_order:
        page.notice = lost_rate_notice(page.terms)


def _check_stock(page: CheckoutPage) -> None:
    own = basket.own_holds(page.cart)
    problems = {line.variant_id: basket.problem_of(line, own=own) for line in page.cart_lines}
    page.line_errors = {pk: text for pk, text in problems.items() if text}


def new_total_notice(page: CheckoutPage) -> str:
    """Return what a buyer reads whose total is not the one shown before."""
    total = page.terms.totals.total_minor if page.terms else 0
    sentence = _("The total for this address is %(total)s. Please check it, then order.")
    return sentence % {"total": _show(total)}


def lost_rate_notice(terms: Terms) -> str:
    """Return what a buyer reads who chose a way to ship that is not there any more."""
    sentence = _(
        "What you chose for shipping is not offered for this order any more. With “%(name)s” the total is "
        "%(total)s. Please check it, then order."
    )
    return sentence % {"name": terms.shipping_name, "total": _show(terms.totals.total_minor)}
