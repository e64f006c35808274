"""Addresses of shop.checkout."""

from django.urls import path

from shop.checkout import views

urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("orders/<str:token>/", views.order_detail, name="order-detail"),
    path("orders/<str:token>/pay/", views.order_pay, name="order-pay"),
]
