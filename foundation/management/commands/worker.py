"""`manage.py worker`: run jobs and schedules."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation import jobs
from foundation.postgresql import waits
from foundation.worker import Worker


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; any number of workers may run at the same time."""

    help = "Run background jobs and schedules until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --once."""
        parser.add_argument("--once", action="store_true", help="Run everything that is due now, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the worker."""
        waits.choose(waits.WORKER)
        if options["once"]:
            self.stdout.write(f"{jobs.run_due()} jobs run.")
            return
        worker = Worker()
        worker.listen_to_signals()
        worker.run()
