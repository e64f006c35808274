"""Addresses of shop.checkout."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
