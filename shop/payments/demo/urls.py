"""Addresses of shop.payments.demo."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
