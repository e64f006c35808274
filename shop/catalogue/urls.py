"""Addresses of shop.catalogue."""

from django.urls import path

from shop.catalogue import views

urlpatterns = [
    path("collections/", views.collection_list, name="collection-list"),
    path("collections/all/", views.all_products, name="all-products"),
    path("collections/<slug:slug>/", views.collection_detail, name="collection-detail"),
    path("products/<slug:slug>/", views.product_detail, name="product-detail"),
    path("products/<slug:slug>/share.jpg", views.product_share_card, name="product-share-card"),
    path("feeds/google-merchant.xml", views.merchant_feed, name="merchant-feed"),
]
