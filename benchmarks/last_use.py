"""Never used twice: 50 buyers over real HTTP order at once with what is enough for one order, 20 rounds each.

    .venv/bin/python benchmarks/last_use.py [sqlite|postgresql]

First with a discount code for one use, then with a gift card that pays one order. Every buyer has his own
connection, cart and network address. Ends with 1 when it was used twice or not at all, when its own count
differs from its orders, when a book does not agree in the end, or when the shop answered 500.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import running
from buyers import press_at_once, ready_buyers
from running import Place, Shop

ROUNDS, BUYERS = 20, 50
BALANCE = 5_000  # minor units: more than one order can cost, less than two


@dataclass(frozen=True)
class Outcome:
    """What went wrong with one code: uses or minor units too many, nobody who used it, a wrong count."""

    extra: int
    unused: int
    miscounted: int


@dataclass(frozen=True)
class Prize:
    """What all want: its column of what is too much, what makes one and what becomes of it."""

    name: str
    extra: str
    make: Callable[[Place, int], str]
    judge: Callable[[Place, str], Outcome]


def _make_code(place: Place, number: int) -> str:
    return str(place.inside("make_code", f"ONCE{number}"))


def _judge_code(place: Place, code: str) -> Outcome:
    orders, counted = place.inside("uses", code)
    return Outcome(max(orders - 1, 0), max(1 - orders, 0), int(orders != counted))


def _make_card(place: Place, number: int) -> str:
    return str(place.inside("make_card", f"ONCE-MORE-CARD-{number:04}", BALANCE))


def _judge_card(place: Place, code: str) -> Outcome:
    orders, paid, balance, booked = place.inside("spent", code)
    return Outcome(max(paid - BALANCE, 0), max(1 - orders, 0), int(not balance == booked == BALANCE - paid))


PRIZES = (
    Prize("a discount code for one use", "extra uses", _make_code, _judge_code),
    Prize("a gift card for one order", "extra value", _make_card, _judge_card),
)


def measure(database: str, prize: Prize) -> tuple[str, bool]:
    """Return the table row of a database, and whether all rounds were as they must be."""
    statuses: Counter[int] = Counter()
    outcomes: list[Outcome] = []
    seconds = 0.0
    with running.shop(database) as shop:
        for number in range(ROUNDS):
            took, answers, outcome = _race(shop, prize, number)
            seconds += took
            statuses.update(answers)
            outcomes.append(outcome)
        shop.place.manage("check_stock")
        shop.place.manage("check_gift_cards")
    wrong = [sum(getattr(one, name) for one in outcomes) for name in ("extra", "unused", "miscounted")]
    wrong.append(sum(count for status, count in statuses.items() if status >= 500))
    facts = (ROUNDS, ROUNDS * BUYERS, statuses[303], statuses[200], *wrong)
    row = f"| {database} | {' | '.join(map(str, facts))} | {seconds / ROUNDS:.1f} |"
    return row, not (any(wrong) or set(statuses) - {200, 303})


def _race(shop: Shop, prize: Prize, number: int) -> tuple[float, Counter[int], Outcome]:
    """Let all press at once; return the seconds it took, their answers, and what became of the prize."""
    goods = shop.place.inside("make_variant", BUYERS)
    code = prize.make(shop.place, number)
    buyers = ready_buyers(shop, *goods, count=BUYERS, first=1 + number * BUYERS, code=code)
    began = time.perf_counter()
    answers = Counter(answer.status for answer in press_at_once(buyers))
    return time.perf_counter() - began, answers, prize.judge(shop.place, code)


def main() -> int:
    """Race on the databases that were named, or on both."""
    are_good = []
    for prize in PRIZES:
        head = (
            "database", "rounds", "buyers", "orders", "told the new total", prize.extra, "unused",
            "miscounted", "HTTP 500", "seconds a round",
        )  # fmt: skip
        print(f"\n{prize.name.capitalize()}\n\n| {' | '.join(head)} |")
        print("|---|" + "--:|" * (len(head) - 1))
        for database in sys.argv[1:] or running.DATABASES:
            row, is_good = measure(database, prize)
            print(row, flush=True)
            are_good.append(is_good)
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())
