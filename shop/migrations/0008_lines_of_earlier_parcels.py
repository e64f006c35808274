"""Say of the parcels that left before which units they held: all of their order, as a parcel was then."""

from django.db import migrations


def fill(apps, schema_editor):
    Shipment = apps.get_model("shop", "Shipment")
    ShipmentLine = apps.get_model("shop", "ShipmentLine")
    seen = set()
    for shipment in Shipment.objects.order_by("pk").prefetch_related("order__lines"):
        if shipment.order_id in seen:
            continue
        seen.add(shipment.order_id)
        ShipmentLine.objects.bulk_create(
            ShipmentLine(shipment=shipment, order_line=line, quantity=line.quantity)
            for line in shipment.order.lines.all()
        )


class Migration(migrations.Migration):
    dependencies = [("shop", "0007_prices_parcels_papers")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
