"""The last day of a period of withdrawal: arithmetic of days, without Django.

Source: Regulation (EEC, Euratom) 1182/71, article 3; docs/returns.md, "The period", whose table tests read.
"""

from datetime import date, timedelta

SATURDAY = 5


def last_day(event: date, days: int) -> date:
    """Return the last day of a period of so many days after an event, whose own day does not count.

    A period that would end on a Saturday, a Sunday or a holiday ends with the next working day.
    """
    last = event + timedelta(days=days)
    while last.weekday() >= SATURDAY or is_holiday(last):
        last += timedelta(days=1)
    return last


def is_holiday(day: date) -> bool:
    """Whether nobody works in most countries of the EU; other holidays differ and are not known here."""
    if (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return True
    return day - easter_sunday(day.year) in {timedelta(days=-2), timedelta(days=1)}


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar. Source: Meeus, Astronomical Algorithms, chapter 8."""
    cycle, century, rest = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * cycle + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (cycle + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
