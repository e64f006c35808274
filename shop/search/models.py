"""Documents of the full-text search; it knows nothing of products or articles."""

from django.db import models

__all__ = ["SearchDocument"]


class SearchDocument(models.Model):
    """One thing that can be found: `kind` and `key` name it for whoever put it."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    maker = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    picture = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="document_once")]

    def __str__(self) -> str:
        return self.title
