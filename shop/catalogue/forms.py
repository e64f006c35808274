"""Forms of the catalogue's admin: prices in the shop's currency, pictures that are uploaded in place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.pictures import PictureField
from shop.catalogue.models import Product, ProductPicture, Variant
from shop.money_form import MoneyField


class ProductForm(forms.ModelForm[Product]):
    """A product as its editor fills it in."""

    class Meta:
        model = Product
        fields = [
            "title", "slug", "status", "is_featured", "summary", "description", "maker", "region",
            "collections", "position", "low_stock_threshold", "option1_name", "option2_name", "option3_name",
        ]  # fmt: skip
        widgets = {
            "collections": forms.CheckboxSelectMultiple,
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "summary": forms.Textarea(attrs={"rows": 2}),
        }


class VariantForm(forms.ModelForm[Variant]):
    """A variant; its prices in major units."""

    price_minor = MoneyField(label=_("Price"))
    compare_at_minor = MoneyField(
        label=_("Compare-at price"), required=False,
        help_text=_("What it cost before, if it is on sale. Shown struck through."),
    )  # fmt: skip

    class Meta:
        model = Variant
        fields = [
            "sku", "option1", "option2", "option3", "price_minor", "compare_at_minor", "weight_grams",
            "is_active", "position",
        ]  # fmt: skip


class ProductPictureForm(forms.ModelForm[ProductPicture]):
    """A picture with its alt text; a new file replaces the picture."""

    picture = PictureField(
        label=_("File"), widget=forms.FileInput,
        help_text=_("Portrait, 1600 x 2000 pixels are ideal. JPEG, PNG, WebP or AVIF."),
    )  # fmt: skip

    class Meta:
        model = ProductPicture
        fields = ["picture", "alt", "position"]
        widgets = {"alt": forms.Textarea(attrs={"rows": 3})}
