"""The bytes of a paper: drawn once, by the worker or at the first look, and kept for ever.

Drawing can take a second, since a name may need many fonts: then it is left to the worker. Looking at what is
kept takes no time. Source: docs/papers.md, "Kept as drawn".
"""

import json
import re

from django.db.models import QuerySet
from django.utils import timezone

from foundation import heartbeats, jobs, limits
from shop.papers import pdf
from shop.papers.models import Paper, PaperPdf

TURN = "papers being drawn"
TURN_SECONDS = 30  # after which who began is thought to have died
ASKED, ASKED_SECONDS = "papers asked for", 60  # before the worker is asked for the same again
MOST_LINES = 50  # of a paper that a request may draw; it takes an eighth of a second
AT_ONCE = 3  # papers that one request may draw
A_JOB = 20  # papers of a year that one job draws, so that mails need not wait for all
_MANY_FONTS = re.compile("[^\u0000-\u052f\u1e00-\u20cf\u2100-\u214f]")  # beyond Latin, Greek and Cyrillic


class BeingDrawn(Exception):
    """Somebody is drawing this paper just now, or the worker will."""

    retry_after_seconds = 3


def of_paper(paper: Paper) -> bytes:
    """Return a paper's PDF; of those who ask at once before it is drawn, one draws. One query once it is.

    A dear one is the worker's as long as there is one. Call it outside a transaction. Raises BeingDrawn.
    """
    content = _kept(paper)
    if content is not None:
        return content
    if not is_quick(paper) and heartbeats.alive_ids():
        if _is_first_to_ask(str(paper.pk)):
            draw.enqueue(paper_id=paper.pk)
        raise BeingDrawn(str(paper))
    turn = limits.take(bucket=TURN, key=str(paper.pk), rate=(1, TURN_SECONDS))
    if not turn.is_allowed:
        raise BeingDrawn(str(paper))
    try:
        return kept(paper)
    finally:
        limits.forgive(bucket=TURN, key=str(paper.pk))


def kept(paper: Paper) -> bytes:
    """Return a paper's PDF, drawn and kept if it never was; whoever keeps it first decides its bytes."""
    content = _kept(paper)
    if content is not None:
        return content
    row = PaperPdf(paper=paper, content=pdf.render(paper), drawn_at=timezone.now())
    PaperPdf.objects.bulk_create([row], ignore_conflicts=True)
    return bytes(PaperPdf.objects.get(paper=paper).content)


def is_quick(paper: Paper) -> bool:
    """Tell whether a paper may be drawn while somebody waits: few lines, in letters of two or three fonts."""
    says = json.dumps(paper.facts, ensure_ascii=False)
    return len(paper.facts["lines"]) <= MOST_LINES and not _MANY_FONTS.search(says)


def missing(papers: "QuerySet[Paper]") -> "QuerySet[Paper]":
    """Return those of these papers that were never drawn."""
    return papers.filter(pdf__isnull=True)


def are_at_hand(papers: "QuerySet[Paper]", year: int) -> bool:
    """Tell whether papers can be handed out now; else the worker is asked to draw them. Two queries."""
    first = list(missing(papers)[: AT_ONCE + 1])
    if len(first) <= AT_ONCE and all(is_quick(paper) for paper in first):
        return True
    if _is_first_to_ask(f"year {year}"):
        draw_year.enqueue(year=year)
    return False


def _is_first_to_ask(what: str) -> bool:
    return limits.take(bucket=ASKED, key=what, rate=(1, ASKED_SECONDS)).is_allowed


@jobs.job(priority=jobs.PICTURE)
def draw_year(year: int) -> None:
    """Draw what is missing of a year, a few papers at a time."""
    papers = missing(Paper.objects.of_year(year))
    for paper in papers[:A_JOB]:
        kept(paper)
    if papers.exists():
        draw_year.enqueue(year=year)


@jobs.job(priority=jobs.MAIL)
def draw(paper_id: int) -> None:
    """Draw a paper before anybody looks at it."""
    paper = Paper.objects.filter(pk=paper_id).first()
    if paper is not None:
        kept(paper)


def _kept(paper: Paper) -> bytes | None:
    content = PaperPdf.objects.filter(paper=paper).values_list("content", flat=True).first()
    return None if content is None else bytes(content)
