"""An explainable guess: each rule that a comment trips adds points and leaves a hint with its reason.

The score orders the moderators' queue and decides nothing, with one exception: a filled honeypot files as
spam what is suspicious without it. Alone it does not: password managers fill fields that nobody sees.
Pure: nothing here reads the database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy, ngettext_lazy

HIGHEST = 100
SUSPICIOUS = 40  # from here on a waiting comment stands at the end of the queue
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_PATTERNS = re.compile(
    r"\b(casinos?|viagra|cialis|payday loans?|backlinks?|seo (services?|expert|agency)|forex|crypto invest\w*"
    r"|no prescription|(cheap|sleep|diet) (pills?|tablets?)|earn \$?\d+|work from home|adult dating"
    r"|whats ?app \+?\d|telegram @|(bookmark|visit) (my|your) (web ?)?site|\d+ ?% discount)\b|\[url=",
    re.IGNORECASE,
)
_LABELS = {
    "honeypot": gettext_lazy("filled the hidden field"),
    "young": gettext_lazy("sent within seconds of opening the page"),
    "links": ngettext_lazy("%(detail)s link", "%(detail)s links", "detail"),
    "link_in_name": gettext_lazy("a link as the name"),
    "pattern": gettext_lazy("reads “%(detail)s”"),
    "capitals": gettext_lazy("mostly capital letters"),
    "repeated": gettext_lazy("the same text was sent before"),
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What is known of a comment the moment it arrives."""

    name: str
    body: str
    is_trapped: bool = False
    is_young: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """One rule that was tripped: how many points, and what exactly was seen."""

    rule: str
    points: int
    detail: str = ""

    def as_row(self) -> dict[str, str | int]:
        """Return the hint as it is stored."""
        return {"rule": self.rule, "points": self.points, "detail": self.detail}


def hints(submission: Submission) -> list[Hint]:
    """Return every rule that the submission trips, in a fixed order."""
    return [*_from_circumstances(submission), *_from_text(submission)]


def score(found: list[Hint]) -> int:
    """Return the sum of the points, from 0 (nothing odd) to 100."""
    return min(HIGHEST, sum(hint.points for hint in found))


def is_from_robot(found: list[Hint]) -> bool:
    """Return whether the honeypot was filled, and the rest would be suspicious without it."""
    is_trapped = any(hint.rule == "honeypot" for hint in found)
    return is_trapped and score([hint for hint in found if hint.rule != "honeypot"]) >= SUSPICIOUS


def explain(row: dict[str, str | int]) -> str:
    """Return a stored hint in words, such as `3 links`."""
    label = _LABELS.get(str(row["rule"]))
    if label is None:
        return str(row["rule"])
    detail = int(row["detail"]) if row["rule"] == "links" else row["detail"]
    return str(label % {"detail": detail})


def _from_circumstances(submission: Submission) -> Iterator[Hint]:
    if submission.is_trapped:
        yield Hint("honeypot", 30)
    if submission.is_young:
        yield Hint("young", 20)
    if submission.is_repeated:
        yield Hint("repeated", 30)


def _from_text(submission: Submission) -> Iterator[Hint]:
    links = len(_LINK.findall(submission.body))
    if links:
        yield Hint("links", min(10 + 15 * (links - 1), 55), str(links))
    if _LINK.search(submission.name):
        yield Hint("link_in_name", 40)
    if pattern := _PATTERNS.search(submission.body):
        yield Hint("pattern", 40, pattern.group()[:40])
    if _is_shouting(submission.body):
        yield Hint("capitals", 15)


def _is_shouting(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return len(letters) >= 20 and capitals >= 0.7 * len(letters)
