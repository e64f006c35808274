"""Addresses of shop.payments."""

from django.urls import path

from shop.payments import views

urlpatterns = [path("payments/stripe/webhook/", views.stripe_webhook, name="stripe-webhook")]
