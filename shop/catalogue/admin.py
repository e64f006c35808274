"""The catalogue in the admin."""

from django.contrib import admin

from shop.catalogue.models import Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    """Products with their variants and pictures."""

    search_fields = ["title", "slug", "variants__sku"]
