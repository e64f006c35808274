"""Index of the shop's admin pages; each domain registers its own in shop/<domain>/admin.py."""

from shop.backoffice import admin as backoffice
from shop.backoffice.reconciling import admin as reconciling
from shop.catalogue import admin as catalogue
from shop.catalogue import swatch_admin as swatches
from shop.discounts import admin as discounts
from shop.giftcards import admin as giftcards
from shop.papers import admin as papers
from shop.payments import admin as payments
from shop.shipping import admin as shipping
from shop.stock import admin as stock
from shop.tax import admin as tax
