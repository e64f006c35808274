"""Addresses of the foundation: pictures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
