"""Lines name their tax group; apart from 0023, since PostgreSQL alters no table whose rows just changed."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("shop", "0023_several_taxes"),
    ]

    operations = [
        migrations.RemoveField("orderline", "tax_rate_basis_points"),
    ]
