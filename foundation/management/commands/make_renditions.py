"""`manage.py make_renditions`: make every missing rendition now, in this process."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation import imaging, pictures


class Command(BaseCommand):
    """Makes what the worker would make, on all cores: Pillow leaves Python's lock while it works."""

    help = "Make all missing picture renditions now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --quick."""
        quick = "only what every browser can show; the worker makes the smaller AVIF files later"
        parser.add_argument("--quick", action="store_true", help=quick)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write files in threads, rows in this one."""
        formats = imaging.QUICK if options["quick"] else tuple(imaging.WRITTEN)
        with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4)) as threads:
            writing = [
                (picture, threads.submit(pictures.write, picture, formats=formats))
                for picture in pictures.unfinished(formats)
            ]
            rendered = sum(self._keep(picture, files) for picture, files in writing)
        self.stdout.write(f"{rendered} pictures rendered.")

    def _keep(self, picture: pictures.Picture, files: Future[imaging.Written]) -> bool:
        """Note a picture's files and name what could not be made; tell whether all could."""
        try:
            written = files.result()
            pictures.keep(picture, written)
        except Exception as error:
            self.stderr.write(f"{picture}: {type(error).__name__}: {error}")
            return False
        if written.failures:
            self.stderr.write(f"{picture}: {picture.problem}")
        return not written.failures
