"""Addresses of the demo's payment page; they exist in demo mode only."""

from django.urls import path

from shop.payments.demo import views

app_name = "payments_demo"
urlpatterns = [path("<slug:token>/", views.payment_page, name="page")]
