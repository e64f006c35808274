"""Addresses of shop.papers, such as /orders/<token>/papers/credit-note-1001.pdf."""

from django.urls import path

from shop.papers import views

urlpatterns = [path("orders/<slug:token>/papers/<slug:slug>.pdf", views.paper_pdf, name="paper-pdf")]
