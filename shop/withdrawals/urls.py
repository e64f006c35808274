"""Addresses of shop.withdrawals, below those of the order."""

from django.urls import path

from shop.withdrawals import views

urlpatterns = [
    path("orders/<slug:token>/withdraw/", views.withdraw, name="withdraw"),
    path("orders/<slug:token>/withdraw/<int:number>/", views.receipt, name="withdrawal-receipt"),
]
