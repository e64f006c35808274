"""Rates in thousandths of a percent, several named taxes in a place, and what goods bear together.

An order had one tax: each of its rates is a tax group of its own.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def scale(apps, schema_editor):
    for model in ("TaxRate", "ClassRate", "OrderTax"):
        rows = apps.get_model("shop", model).objects.all()
        rows.update(rate_millipercent=F("rate_millipercent") * 10)


def share(apps, schema_editor):
    OrderTax = apps.get_model("shop", "OrderTax")
    OrderLine = apps.get_model("shop", "OrderLine")
    groups = {}
    for tax in OrderTax.objects.order_by("order_id", "id").iterator():
        group = groups[tax.order_id] = groups.get(tax.order_id, -1) + 1
        tax.shares.create(
            group=group, base_minor=tax.base_minor, tax_minor=tax.tax_minor, shipping_minor=tax.shipping_minor
        )
        its = OrderLine.objects.filter(order=tax.order_id, tax_rate_basis_points=tax.rate_millipercent // 10)
        its.update(tax_group=group)


def rewrite_papers(apps, schema_editor):
    """Say in papers what they say already, with the new keys."""
    Paper = apps.get_model("shop", "Paper")
    for paper in Paper.objects.iterator():
        for group, tax in enumerate(paper.facts["taxes"]):
            tax["rate_millipercent"] = tax.pop("rate_basis_points") * 10
            tax["group"] = group
        for line in paper.facts["lines"]:
            if "tax_rate_basis_points" in line:
                rate = line.pop("tax_rate_basis_points")
                line["tax_rates"] = [] if rate is None else [rate * 10]
        Paper.objects.filter(pk=paper.pk).update(facts=paper.facts)


def rate_field():
    return models.PositiveIntegerField(
        help_text="19000 is 19 %.", validators=[django.core.validators.MaxValueValidator(100000)],
        verbose_name="rate (thousandths of a percent)",
    )


class Migration(migrations.Migration):

    dependencies = [
        ("shop", "0022_no_street_without_parcel"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="ordertax", name="order_tax_rate_once"),
        migrations.RemoveConstraint(model_name="taxrate", name="tax_rate_once"),
        migrations.AlterModelOptions(
            name="taxrate",
            options={"ordering": ["country", "region", "postal_codes", "name"], "verbose_name": "tax rate", "verbose_name_plural": "tax rates"},
        ),
        migrations.RenameField("taxrate", "rate_basis_points", "rate_millipercent"),
        migrations.RenameField("classrate", "rate_basis_points", "rate_millipercent"),
        migrations.RenameField("ordertax", "rate_basis_points", "rate_millipercent"),
        migrations.AlterField("taxrate", "rate_millipercent", rate_field()),
        migrations.AlterField(
            "classrate",
            "rate_millipercent",
            models.PositiveIntegerField(
                validators=[django.core.validators.MaxValueValidator(100000)],
                verbose_name="rate (thousandths of a percent)",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.UniqueConstraint(
                fields=("country", "region", "postal_codes", "name"), name="tax_rate_once",
                violation_error_message="This place has a tax of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordertax",
            constraint=models.UniqueConstraint(fields=("order", "name", "rate_millipercent"), name="order_tax_once"),
        ),
        migrations.AddField("orderline", "tax_group", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.CreateModel(
            name="OrderTaxShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.PositiveSmallIntegerField()),
                ("base_minor", models.PositiveIntegerField()),
                ("tax_minor", models.PositiveIntegerField()),
                ("shipping_minor", models.PositiveIntegerField(default=0)),
                ("tax", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="shop.ordertax")),
            ],
            options={
                "ordering": ["group"],
                "constraints": [models.UniqueConstraint(fields=("tax", "group"), name="order_tax_share_once")],
            },
        ),
        migrations.RunPython(scale, migrations.RunPython.noop),
        migrations.RunPython(share, migrations.RunPython.noop),
        migrations.RunPython(rewrite_papers, migrations.RunPython.noop),
    ]
