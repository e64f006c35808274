"""Say of earlier orders what each part of them bore of the tax, and of earlier refunds whose they are.

An order had one rate; whether its shipping was taxed shows in which sum gives the tax that was stated.
"""

from django.db import migrations

from shop.sharing import spread
from shop.taxing import tax_added_minor, tax_contained_minor


def fill(apps, schema_editor):
    Order = apps.get_model("shop", "Order")
    Refund = apps.get_model("shop", "Refund")
    OrderTax = apps.get_model("shop", "OrderTax")
    for refund in Refund.objects.filter(order=None).select_related("payment").iterator():
        Refund.objects.filter(pk=refund.pk).update(order=refund.payment.order_id)
    for order in Order.objects.prefetch_related("lines").iterator(chunk_size=500):
        if order.tax_name or order.tax_rate_basis_points:
            OrderTax.objects.create(order=order, **_tax(order))
            _share(order)


def _goods_and_shipping(order):
    goods = order.lines_minor - (order.discount_minor - order.shipping_discount_minor)
    return goods, order.shipping_minor - order.shipping_discount_minor


def _is_shipping_taxed(order):
    goods, shipping = _goods_and_shipping(order)
    rate, stated = order.tax_rate_basis_points * 10, order.tax_added_minor + order.tax_included_minor
    tax_of = tax_added_minor if order.tax_added_minor else tax_contained_minor
    return abs(tax_of(goods + shipping, rate) - stated) <= abs(tax_of(goods, rate) - stated)


def _tax(order):
    goods, shipping = _goods_and_shipping(order)
    taxed_shipping = shipping if _is_shipping_taxed(order) else 0
    is_added, due = order.tax_added_minor > 0, order.tax_added_minor + order.tax_included_minor
    taxed = goods + taxed_shipping
    return {
        "name": order.tax_name, "rate_basis_points": order.tax_rate_basis_points, "is_added": is_added,
        "base_minor": taxed if is_added else taxed - due, "tax_minor": due, "shipping_minor": taxed_shipping,
    }


def _share(order):
    lines = list(order.lines.all())
    nets = [line.total_minor - line.discount_minor for line in lines]
    _goods, shipping = _goods_and_shipping(order)
    taxed_shipping = shipping if _is_shipping_taxed(order) else 0
    step = 10 if order.currency in {"BHD", "JOD", "KWD", "OMR", "TND"} else 1
    *shares, of_shipping = spread(order.tax_added_minor, [*nets, taxed_shipping], step_minor=step)
    for line, share in zip(lines, shares, strict=True):
        line.tax_rate_basis_points, line.tax_added_minor = order.tax_rate_basis_points, share
        line.save(update_fields=["tax_rate_basis_points", "tax_added_minor"])
    type(order).objects.filter(pk=order.pk).update(shipping_tax_added_minor=of_shipping)


class Migration(migrations.Migration):
    dependencies = [("shop", "0010_taxes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
