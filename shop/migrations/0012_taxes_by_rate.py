import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shop', '0011_taxes_of_earlier_orders'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='order',
            name='tax_name',
        ),
        migrations.RemoveField(
            model_name='order',
            name='tax_rate_basis_points',
        ),
        migrations.AlterField(
            model_name='refund',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='shop.order', verbose_name='order'),
        ),
    ]
