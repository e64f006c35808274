"""Run a function of asked.py or copies.py in the shop's environment and print its answer as JSON.

benchmarks/inside.py make_variant UNITS | make_code CODE | uses CODE | make_card CODE BALANCE | spent CODE
                     | wait_for_pictures | held SKU | pay_without_event ORDERS AFTER… | fill ORDERS
"""

import json
import sys
from pathlib import Path

import django


def main() -> None:
    """Answer the question on the command line."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    django.setup()
    import asked
    import copies

    functions = (
        asked.make_variant, asked.make_code, asked.uses, asked.make_card, asked.spent,
        asked.wait_for_pictures, asked.held, asked.pay_without_event, copies.fill,
    )  # fmt: skip
    name, *arguments = sys.argv[1:]
    [chosen] = [function for function in functions if function.__name__ == name]
    json.dump(chosen(*arguments), sys.stdout)


if __name__ == "__main__":
    main()
