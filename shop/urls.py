"""Index of the shop's addresses; each domain keeps its own in shop/<domain>/urls.py."""

from shop.cart.urls import urlpatterns as cart
from shop.catalogue.urls import urlpatterns as catalogue
from shop.checkout.urls import urlpatterns as checkout
from shop.papers.urls import urlpatterns as papers
from shop.payments.urls import urlpatterns as payments
from shop.withdrawals.urls import urlpatterns as withdrawals

app_name = "shop"
urlpatterns = [*catalogue, *cart, *checkout, *papers, *payments, *withdrawals]
