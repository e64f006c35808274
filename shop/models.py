"""Index of the shop's tables; each domain keeps its own in shop/<domain>/models.py."""

from shop.backoffice.models import *  # noqa: F403
from shop.cart.models import *  # noqa: F403
from shop.catalogue.models import *  # noqa: F403
from shop.catalogue.price_rules import *  # noqa: F403
from shop.catalogue.swatches import *  # noqa: F403
from shop.catalogue.tax_classes import *  # noqa: F403
from shop.discounts.models import *  # noqa: F403
from shop.giftcards.models import *  # noqa: F403
from shop.orders.models import *  # noqa: F403
from shop.orders.tax_groups import *  # noqa: F403
from shop.papers.models import *  # noqa: F403
from shop.payments.models import *  # noqa: F403
from shop.search.models import *  # noqa: F403
from shop.shipping.models import *  # noqa: F403
from shop.stock.models import *  # noqa: F403
from shop.tax.models import *  # noqa: F403
from shop.withdrawals.models import *  # noqa: F403
