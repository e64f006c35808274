"""The buyer's papers, for whoever holds the order's token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from foundation import limits, waiting
from foundation.methods import require_safe
from shop.papers import answers
from shop.papers.models import Paper


@require_safe
def paper_pdf(request: HttpRequest, token: str, slug: str) -> HttpResponseBase:
    """Show an invoice or credit note of the token's order as PDF. Three queries.

    One address may look LIMIT_PAPERS times. Raises Http404.
    """
    kind, _dash, number = slug.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    papers = Paper.objects.filter(order__token=token, kind=kind.replace("-", "_"), number=number)
    paper = papers.select_related("order").first()
    if paper is None or paper.slug != slug:
        raise Http404
    key = limits.client_key(request)
    verdict = limits.take(bucket="papers", key=key, rate=settings.LIMIT_PAPERS)
    if not verdict.is_allowed:
        return waiting.too_often(request, verdict.retry_after_seconds)
    return answers.of_paper(request, paper)
