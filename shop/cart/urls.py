"""Addresses of shop.cart."""

from django.urls import path

from shop.cart import views

urlpatterns = [
    path("cart/", views.cart_detail, name="cart-detail"),
    path("cart/add/", views.cart_add, name="cart-add"),
    path("cart/code/", views.cart_code, name="cart-code"),
    path("cart/update/", views.cart_update, name="cart-update"),
]
