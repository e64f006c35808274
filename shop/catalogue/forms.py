"""Forms of the catalogue's admin: prices in the shop's currency, pictures uploaded in place, swatches."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.picture_input import PictureInput
from foundation.pictures import PictureField
from shop.catalogue.models import Product, ProductPicture, Variant
from shop.catalogue.price_rules import QuantityBreak
from shop.catalogue.swatches import Swatch
from shop.money_form import LARGEST, MoneyField, PercentField
from shop.pricing import BASIS


class ProductForm(forms.ModelForm[Product]):
    """A product as its editor fills it in."""

    class Meta:
        model = Product
        fields = [
            "title", "slug", "status", "is_featured", "summary", "description", "maker", "region",
            "collections", "position", "low_stock_threshold", "option1_name", "option2_name", "option3_name",
            "tax_class", "is_gift_card", "withdrawal_rule",
        ]  # fmt: skip
        help_texts = {
            "withdrawal_rule": _(
                "Buyers read an exception on the product's page; an order keeps the one it had."
            ),
        }
        widgets = {
            "collections": forms.CheckboxSelectMultiple,
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "summary": forms.Textarea(attrs={"rows": 2}),
        }


class VariantForm(forms.ModelForm[Variant]):
    """A variant; its prices in major units, and when its sale price counts."""

    price_minor = MoneyField(label=_("Price"))
    compare_at_minor = MoneyField(
        label=_("Compare-at price"), required=False,
        help_text=_("What it cost before. Shown struck through, whether there is a sale or not."),
    )  # fmt: skip
    sale_price_minor = MoneyField(
        label=_("Sale price"), required=False,
        help_text=_("Counts from the start until the end of the sale; the price is then struck through."),
    )  # fmt: skip

    class Meta:
        model = Variant
        fields = [
            "sku", "option1", "option2", "option3", "price_minor", "compare_at_minor", "weight_grams",
            "is_active", "position", "sale_price_minor", "sale_starts_at", "sale_ends_at",
        ]  # fmt: skip
        help_texts = {
            "sale_starts_at": _("Empty: at once."),
            "sale_ends_at": _("Empty: until you change it."),
        }

    def clean(self) -> dict[str, Any]:
        """Put what is wrong with a sale next to its field."""
        data = super().clean() or {}
        price, sale = data.get("price_minor"), data.get("sale_price_minor")
        starts_at, ends_at = data.get("sale_starts_at"), data.get("sale_ends_at")
        if price is not None and sale is not None and sale >= price:
            self.add_error("sale_price_minor", _("The sale price must be lower than the price."))
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("sale_ends_at", _("A sale must end after it starts."))
        if sale is None and (starts_at or ends_at) and "sale_price_minor" not in self.errors:
            self.add_error("sale_price_minor", _("Say what it costs in the sale, or leave its dates empty."))
        return data


class QuantityBreakForm(forms.ModelForm[QuantityBreak]):
    """From how many units of the product each costs how much less."""

    from_quantity = forms.IntegerField(
        label=_("From units"), min_value=2, max_value=LARGEST,
        help_text=_("Of this product in one order, in all its variants together."),
    )  # fmt: skip
    percent_basis_points = PercentField(
        label=_("Percent less"), help_text=_("Such as 10 or 12.5, of the price or the sale price of each.")
    )

    class Meta:
        model = QuantityBreak
        fields = ["from_quantity", "percent_basis_points"]

    def clean_percent_basis_points(self) -> int:
        """Refuse nothing and everything."""
        points: int = self.cleaned_data["percent_basis_points"]
        if not 0 < points < BASIS:
            raise forms.ValidationError(_("Enter more than 0 and less than 100 percent."))
        return points


class ProductPictureForm(forms.ModelForm[ProductPicture]):
    """A picture with its alt text; a new file replaces the picture."""

    picture = PictureField(
        label=_("File"), widget=PictureInput(shows_current=False),
        help_text=_("Portrait, 1600 x 2000 pixels are ideal. JPEG, PNG, WebP or AVIF."),
    )  # fmt: skip

    class Meta:
        model = ProductPicture
        fields = ["picture", "alt", "position"]
        widgets = {"alt": forms.Textarea(attrs={"rows": 3})}


class SwatchForm(forms.ModelForm[Swatch]):
    """A swatch; a colour input always sends a colour, so that a box says whether the second one counts."""

    is_two_tone = forms.BooleanField(
        label=_("Two colours"), required=False,
        help_text=_("The second colour fills the right half of the circle."),
    )  # fmt: skip

    class Meta:
        model = Swatch
        fields = ["name", "colour", "second_colour"]
        help_texts = {"colour": _("As customers see it on cards and product pages.")}
        widgets = {"colour": forms.ColorInput, "second_colour": forms.ColorInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tick the box of a swatch in two colours."""
        super().__init__(*args, **kwargs)
        self.fields["is_two_tone"].initial = bool(self.instance.second_colour)

    def clean_name(self) -> str:
        """Refuse a value that has a swatch, however it is capitalised."""
        name: str = self.cleaned_data["name"]
        others = Swatch.objects.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if name.casefold() in {other.casefold() for other in others}:
            raise forms.ValidationError(_("There is a swatch for this value already."))
        return name

    def clean(self) -> None:
        """Drop the second colour of a swatch in one colour."""
        super().clean()
        if not self.cleaned_data.get("is_two_tone"):
            self.cleaned_data["second_colour"] = ""
