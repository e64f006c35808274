"""The bytes of a paper: drawn once, by the worker or at the first look, and kept for ever.

Drawing can take a second, since a name may need many fonts; looking at what is kept takes no time. Source:
docs/papers.md, "Kept as drawn".
"""

from django.utils import timezone

from foundation import jobs, limits
from shop.papers import pdf
from shop.papers.models import Paper, PaperPdf

TURN = "papers being drawn"
TURN_SECONDS = 30  # after which who began is thought to have died


class BeingDrawn(Exception):
    """Somebody is drawing this paper just now."""

    retry_after_seconds = 3


def of_paper(paper: Paper) -> bytes:
    """Return a paper's PDF; of those who ask at once before it is drawn, one draws. One query once it is.

    Call it outside a transaction. Raises BeingDrawn.
    """
    content = _kept(paper)
    if content is not None:
        return content
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


@jobs.job(priority=jobs.MAIL)
def draw(paper_id: int) -> None:
    """Draw a paper before anybody looks at it."""
    paper = Paper.objects.filter(pk=paper_id).first()
    if paper is not None:
        kept(paper)


def _kept(paper: Paper) -> bytes | None:
    content = PaperPdf.objects.filter(paper=paper).values_list("content", flat=True).first()
    return None if content is None else bytes(content)
