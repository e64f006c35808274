"""The admin's form of an article, filled in as a browser would send it."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blog.models import Article
from tests.foundation.images import image_bytes
from tests.pages import admin_form

ADD = "/admin/blog/article/add/"


def article_form(client: Client, path: str = ADD, **overrides: object) -> dict[str, object]:
    """Return a filled-in form: a new article's, or that of an existing one, with changes."""
    new = {"title": "Slit drums", "slug": "slit-drums", "body": "<p>Tap softly.</p>"} if path == ADD else {}
    sent = admin_form(client.get(path))
    published_at = sent.pop("published_at", None)
    if published_at:
        sent |= {"published_at_0": f"{published_at:%Y-%m-%d}", "published_at_1": f"{published_at:%H:%M:%S}"}
    return sent | new | overrides


def change_path(article: Article) -> str:
    return f"/admin/blog/article/{article.pk}/change/"


def figures_form(client: Client, path: str, *rows: dict[str, object], **changes: object) -> dict[str, object]:
    """Return an article's form with these new figures, numbered on from those it has."""
    sent = article_form(client, path, **changes)
    first = int(str(sent["figures-INITIAL_FORMS"]))
    for place, row in enumerate(rows, start=first):
        upload = SimpleUploadedFile("figure.png", image_bytes(size=(960, 600 + place)), "image/png")
        filled = {"picture": upload, "alt": "A log", "number": "", "id": ""} | row
        sent |= {f"figures-{place}-{name}": value for name, value in filled.items()}
    return sent | {"figures-TOTAL_FORMS": first + len(rows)}
