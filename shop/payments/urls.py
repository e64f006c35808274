"""Addresses of shop.payments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
