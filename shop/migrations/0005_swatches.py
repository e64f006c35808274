import django.core.validators
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("shop", "0004_lines_of_earlier_refunds")]

    operations = [
        migrations.CreateModel(
            name="Swatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="As it stands on the variants, such as Dark walnut. Capitals make no difference.",
                        max_length=60,
                        verbose_name="option value",
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-fA-F]{6}\\Z",
                                "Enter a colour such as #a0422a: # and six digits or letters a to f.",
                            )
                        ],
                        verbose_name="colour",
                    ),
                ),
                (
                    "second_colour",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-fA-F]{6}\\Z",
                                "Enter a colour such as #a0422a: # and six digits or letters a to f.",
                            )
                        ],
                        verbose_name="second colour",
                    ),
                ),
            ],
            options={
                "verbose_name": "swatch",
                "verbose_name_plural": "swatches",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="swatch_name_unique",
                        violation_error_message="There is a swatch for this value already.",
                    )
                ],
            },
        )
    ]
