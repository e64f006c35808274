"""Jobs for proofs about the worker, made like the shop's own: effect and guard in one transaction."""

import os
import time

from django.db import transaction

from foundation import jobs
from shop.catalogue.models import Variant
from shop.stock import reservations
from shop.stock.models import StockMovement


@jobs.job(priority=jobs.PAYMENT)
def receive_unit(variant_id: int, reference: str, seconds: float) -> None:
    """Put one unit on the shelf, once for each reference; slow before, inside and after the transaction."""
    time.sleep(seconds / 3)
    with transaction.atomic():
        Variant.objects.select_for_update().get(pk=variant_id)
        if not StockMovement.objects.filter(variant_id=variant_id, reference=reference).exists():
            kind = StockMovement.Kind.RECEIVED
            reservations.adjust(variant_id=variant_id, delta=1, kind=kind, reference=reference)
            time.sleep(seconds / 3)
    time.sleep(seconds / 3)


@jobs.job(priority=jobs.MAIL)
def write_line(path: str, text: str, seconds: float) -> None:
    """Add a line to a file: an effect without any guard, which shows each run."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{text}\n".encode())
    os.close(file)
    time.sleep(seconds)
