"""Addresses of shop.catalogue."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
