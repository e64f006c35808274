"""Refunds used to be for whole orders only; give those that restock the lines they stand for."""

from django.db import migrations
from django.db.models import F


def write_lines(apps, schema_editor):
    refunds = apps.get_model("shop", "Refund").objects
    refund_lines = apps.get_model("shop", "RefundLine").objects
    for refund in refunds.filter(restock=True, payment__status="paid"):
        lines = refund.payment.order.lines.all()
        for line in lines:
            refund_lines.create(refund=refund, order_line=line, quantity=line.quantity)
        if refund.status == "succeeded":
            lines.update(returned_quantity=F("quantity"))


class Migration(migrations.Migration):

    dependencies = [("shop", "0003_money_and_stock")]

    operations = [migrations.RunPython(write_lines, migrations.RunPython.noop)]
