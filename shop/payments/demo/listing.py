"""Stripe's lists: newest first, a page at a time, filtered as the shop asks and not otherwise.

Error: rules.ApiError. Source: https://docs.stripe.com/api/pagination
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from shop.payments.demo import doings, objects, rules
from shop.payments.demo.models import DemoDispute, DemoEvent, DemoRefund, DemoSession

Params = dict[str, Any]
USUAL_PAGE, LARGEST_PAGE = 10, 100
MOST_KINDS = 20
EVENTS_ARE_KEPT = timedelta(days=30)
_PAGING = {"created", "limit", "starting_after", "expand"}


def sessions(params: Params) -> dict[str, Any]:
    """List checkout sessions; those whose time is over are expired first."""
    doings.expire_overdue()
    is_expanded = "data.payment_intent" in params.get("expand", [])
    shape = partial(objects.session, is_expanded=is_expanded)
    rows = DemoSession.objects.all()
    return _page(rows, params, "session_id", shape, url="/v1/checkout/sessions")


def refunds(params: Params) -> dict[str, Any]:
    """List refunds, all or of one payment intent."""
    return _page(
        _of_intent(DemoRefund.objects.all(), params), params, "refund_id", objects.refund, url="/v1/refunds"
    )


def disputes(params: Params) -> dict[str, Any]:
    """List disputes, all or of one payment intent."""
    rows = _of_intent(DemoDispute.objects.all(), params)
    return _page(rows, params, "dispute_id", objects.dispute, url="/v1/disputes")


def events(params: Params) -> dict[str, Any]:
    """List events of the last 30 days, by kind and by whether the shop took them."""
    rows = DemoEvent.objects.filter(created_at__gte=timezone.now() - EVENTS_ARE_KEPT)
    kinds = params.pop("types", [])
    if len(kinds) > MOST_KINDS:
        raise rules.ApiError(400, "", f"At most {MOST_KINDS} types.", "types")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if "delivery_success" in params:
        rows = rows.filter(is_delivered=params.pop("delivery_success") == "true")
    return _page(rows, params, "event_id", lambda event: event.payload, url="/v1/events")


def _of_intent(rows: QuerySet[Any], params: Params) -> QuerySet[Any]:
    intent_id = params.pop("payment_intent", "")
    return rows.filter(intent_id=intent_id) if intent_id else rows


def _page(
    rows: QuerySet[Any], params: Params, id_name: str, shape: Callable[[Any], Any], *, url: str
) -> dict[str, Any]:
    """Return one page. Raises ApiError for a filter that no list here knows."""
    for name in params.keys() - _PAGING:
        raise rules.ApiError(400, "parameter_unknown", f"Received unknown parameter: {name}", name)
    limit = rules.whole(params.get("limit", str(USUAL_PAGE)), "limit")
    if not 1 <= limit <= LARGEST_PAGE:
        raise rules.ApiError(400, "parameter_invalid_integer", "limit must be 1 to 100.", "limit")
    found = list(_after(_created(rows, params), params, id_name).order_by("-pk")[: limit + 1])
    data = [shape(row) for row in found[:limit]]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}


def _created(rows: QuerySet[Any], params: Params) -> QuerySet[Any]:
    bounds = params.get("created", {})
    if not bounds:
        return rows
    if not isinstance(bounds, dict) or bounds.keys() != {"gte"}:
        raise rules.ApiError(400, "parameter_unknown", "Only created[gte] is known here.", "created")
    since = datetime.fromtimestamp(rules.whole(bounds["gte"], "created[gte]"), tz=UTC)
    return rows.filter(created_at__gte=since)


def _after(rows: QuerySet[Any], params: Params, id_name: str) -> QuerySet[Any]:
    name = params.get("starting_after")
    if not name:
        return rows
    last: Model | None = rows.model._default_manager.filter(**{id_name: name}).first()
    if last is None:
        raise rules.ApiError(400, "resource_missing", f"No such object: {name}", "starting_after")
    return rows.filter(pk__lt=last.pk)
