"""Make the tables and a small shop: one flute, many pieces. `python -m tests.faults.make_shop`."""

import django
from django.core.management import call_command

ON_HAND = 100_000
SLUG = "flute"


def main() -> None:
    """Make all that a buyer needs, in the database of the settings."""
    django.setup()
    from tests.builders import make_product, make_variant
    from tests.shop.checkout_builders import open_shop

    call_command("migrate", verbosity=0, skip_checks=True)
    open_shop()
    make_variant(make_product(slug=SLUG, title="Flute"), sku="FLUTE", on_hand=ON_HAND)


if __name__ == "__main__":
    main()
