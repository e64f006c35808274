"""Documents of the full-text search and the words in them; it knows nothing of products or articles.

Plain tables on both databases, so that both give the same answers in the same order.
"""

from django.db import models

__all__ = ["SearchDocument", "SearchGram", "SearchPosting", "SearchWord"]

LONGEST_WORD = 64


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


class SearchWord(models.Model):
    """A word that some document holds, folded; words of one stem are forms of each other."""

    word = models.CharField(max_length=LONGEST_WORD, unique=True)
    stem = models.CharField(max_length=LONGEST_WORD, db_index=True)

    def __str__(self) -> str:
        return self.word


class SearchGram(models.Model):
    """Two letters that stand beside each other in a word: how misspelt ones find it."""

    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gram", "word"], name="search_gram_once")]

    def __str__(self) -> str:
        return self.gram


class SearchPosting(models.Model):
    """That a document holds a word, in the best of its fields: title before maker before text."""

    class Field(models.IntegerChoices):
        TITLE = 0
        MAKER = 1
        TEXT = 2

    document = models.ForeignKey(SearchDocument, models.CASCADE, related_name="postings")
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="postings")
    field = models.PositiveSmallIntegerField(choices=Field)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "word"], name="search_posting_once")]

    def __str__(self) -> str:
        return f"{self.word_id} in {self.document_id}"
