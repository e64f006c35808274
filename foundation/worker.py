"""The worker process: runs ticks and jobs, shows that it lives, and outlives its database."""

import logging
import os
import signal
import socket
import threading
import time
from types import FrameType

from django.db import Error, close_old_connections, connections
from django.utils.crypto import get_random_string

from foundation import heartbeats, jobs, schedules

POLL_SECONDS = 0.5
RECONNECT_SECONDS = 1.0
HUNG_AFTER_SECONDS = 900.0  # a worker stuck this long in one job stops looking alive

logger = logging.getLogger(__name__)


class Worker:
    """Runs what is due, one job at a time, until it is told to stop."""

    def __init__(self) -> None:
        self.worker_id = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"
        self.is_stopping = False
        self._is_connected = False
        self._busy_since = time.monotonic()
        self._ended = threading.Event()

    def run(self) -> None:
        """Work until stop(); the job at hand is finished first."""
        logger.info("worker %s starts", self.worker_id)
        pulse = threading.Thread(target=self._beat_until_ended, name="heartbeat", daemon=True)
        pulse.start()
        try:
            self._work()
        finally:
            self._ended.set()
            pulse.join(timeout=heartbeats.beat_seconds())
            self._say_goodbye()

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the job at hand; the second signal ends at once. A signal handler."""
        if self.is_stopping:
            raise SystemExit(1)
        self.is_stopping = True

    def listen_to_signals(self) -> None:
        """Have SIGTERM and SIGINT end the worker gracefully."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.stop)

    def _work(self) -> None:
        while not self.is_stopping:
            try:
                if not self._turn():
                    self._rest(POLL_SECONDS)
            except Error as error:
                logger.warning("worker %s tries again in %s s: %s", self.worker_id, RECONNECT_SECONDS, error)
                self._is_connected = False
                connections.close_all()
                self._rest(RECONNECT_SECONDS)

    def _turn(self) -> bool:
        """Run what is due; True when a job ran, so that more may wait."""
        close_old_connections()
        self._busy_since = time.monotonic()
        if not self._is_connected:
            self._arrive()
        schedules.run_due(self.worker_id)
        return jobs.run_next(self.worker_id)

    def _arrive(self) -> None:
        """Be known to be alive before taking a job, and take back what the last connection left running."""
        self._beat()
        jobs.take_back(self.worker_id)
        self._is_connected = True

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(min(POLL_SECONDS, seconds))

    def _beat_until_ended(self) -> None:
        is_ended = False
        while not is_ended:
            try:
                self._beat()
            except Error:
                logger.warning("worker %s could not write its heartbeat", self.worker_id)
                connections.close_all()
            is_ended = self._ended.wait(heartbeats.beat_seconds())
        connections.close_all()

    def _beat(self) -> None:
        close_old_connections()
        if time.monotonic() - self._busy_since < HUNG_AFTER_SECONDS:
            heartbeats.beat(self.worker_id)

    def _say_goodbye(self) -> None:
        try:
            heartbeats.end(self.worker_id)
        except Error:
            logger.warning("worker %s could not remove its heartbeat", self.worker_id)
        connections.close_all()
        logger.info("worker %s ended", self.worker_id)
