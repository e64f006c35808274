"""Former addresses of articles and pages move into the one table of redirects."""

from django.db import migrations


def move_rows(apps, schema_editor):
    """Write each former address once more, as foundation.redirects keeps them; a present one is its owner's."""
    Redirect = apps.get_model("foundation", "Redirect")
    kinds = [("article", "blog"), ("page", "pages")]
    present = {f"/{folder}/{slug.lower()}/": (f"blog.{kind}", pk) for kind, folder in kinds
               for pk, slug in apps.get_model("blog", kind).objects.values_list("pk", "slug")}
    for kind, folder in kinds:
        rows = apps.get_model("blog", "OldSlug").objects.exclude(**{kind: None}).values_list(f"{kind}_id", "slug")
        for pk, slug in rows.order_by("pk"):
            path, owner = f"/{folder}/{slug.lower()}/", (f"blog.{kind}", pk)
            if present.get(path, owner) == owner:
                Redirect.objects.get_or_create(path=path, defaults={"thing": owner[0], "thing_id": pk})


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0002_figures'),
        ('foundation', '0004_redirects'),
    ]

    operations = [
        migrations.RunPython(move_rows, migrations.RunPython.noop),
        migrations.DeleteModel(
            name='OldSlug',
        ),
    ]
