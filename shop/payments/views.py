"""Stripe's door to the shop."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from foundation.methods import require_POST
from shop.payments import stripe_api, webhooks


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep a genuine event and answer 200; anything else is a 400."""
    try:
        webhooks.receive(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe_api.ForgedEvent:
        return HttpResponse("Not an event of Stripe.\n", status=400, content_type="text/plain")
    return HttpResponse("Kept.\n", content_type="text/plain")
