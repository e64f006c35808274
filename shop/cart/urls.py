"""Addresses of shop.cart."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
