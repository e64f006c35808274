"""Addresses of the blog and of the owner's own pages."""

from django.urls import URLPattern

app_name = "blog"
urlpatterns: list[URLPattern] = []
