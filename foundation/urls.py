"""Addresses of the foundation: pictures."""

from django.urls import path

from foundation import media

urlpatterns = [path("media/<path:path>", media.serve, name="media")]
