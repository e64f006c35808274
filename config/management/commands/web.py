"""The `web` command: granian with the options that the shop is measured and tested with."""

import gc
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.urls import get_resolver
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

WORKERS = 4  # one slow call to Stripe holds one of them
KILL_AFTER_SECONDS = 5
HEADER_SECONDS = 10  # for all headers of a request to arrive
CONNECTIONS = 1024  # that one worker keeps open; an idle one costs next to nothing


class Command(BaseCommand):
    """Serve the shop until SIGTERM or SIGINT."""

    help = "Serve the shop until stopped: granian, four workers of one thread each."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take host, port and the number of workers."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=WORKERS)

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        """Load all code once, then serve: workers are forked, so they start at once and share its memory."""
        _load_code()
        Server(
            "config.asgi:application",
            address=host,
            port=port,
            interface=Interfaces.ASGINL,  # so that slow clients wait outside of Django's thread
            workers=workers,
            blocking_threads=1,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
            backlog=WORKERS * CONNECTIONS,
            backpressure=CONNECTIONS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=KILL_AFTER_SECONDS,
        ).serve()


def _load_code() -> None:
    """Import what the addresses lead to; leave no connection for a fork to share."""
    assert get_resolver().url_patterns  # noqa: S101 - reading them imports all views
    connections.close_all()
    gc.freeze()  # the collector would otherwise copy shared memory
