"""Addresses of shop.checkout; a token holds letters, digits, "-" and "_"."""

from django.urls import path

from shop.checkout import order_views, views

urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("orders/<slug:token>/", order_views.order_detail, name="order-detail"),
    path("orders/<slug:token>/pay/", order_views.order_pay, name="order-pay"),
    path("orders/<slug:token>/cancel/", order_views.order_cancel, name="order-cancel"),
]
