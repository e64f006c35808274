"""Index of the shop's admin pages; each domain registers its own in shop/<domain>/admin.py."""
import shop.catalogue.admin
