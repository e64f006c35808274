"""`manage.py make_renditions`: make every missing rendition now, in this process."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand

from foundation import pictures


class Command(BaseCommand):
    """Makes what the worker would make, on all cores: Pillow leaves Python's lock while it works."""

    help = "Make all missing picture renditions now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write files in threads, rows in this one."""
        waiting = pictures.unfinished()
        with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 8)) as threads:
            for picture, renditions in zip(waiting, threads.map(pictures.write, waiting), strict=True):
                pictures.keep(picture, renditions)
        self.stdout.write(f"{len(waiting)} pictures rendered.")
