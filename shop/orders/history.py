"""What happened to orders, and who did it."""

from django.conf import settings
from django.db import models


class OrderEvent(models.Model):
    """What happened to an order and who did it; append-only."""

    order = models.ForeignKey("shop.Order", models.CASCADE, related_name="events")
    text = models.TextField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class OrderNote(models.Model):
    """What the staff writes down about an order; never shown to its buyer, never changed."""

    order = models.ForeignKey("shop.Order", models.CASCADE, related_name="notes")
    text = models.TextField(max_length=2000)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
