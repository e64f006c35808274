"""SMTP with one time limit for a whole conversation: EMAIL_TIMEOUT bounds each step and all of them together.

Django's own backend gives every step the full time, so a server that stalls again and again would
hold the worker for minutes, and payments with it.
"""

import smtplib
import time
from typing import Any

from django.core.mail.backends import smtp


class Conversation(smtplib.SMTP):
    """A conversation with a mail server that ends `timeout` seconds after it began."""

    def __init__(self, host: str, port: int, *, timeout: float, **kwargs: Any) -> None:
        self._until = time.monotonic() + timeout
        super().__init__(host, port, timeout=timeout, **kwargs)

    def send(self, s: Any) -> None:
        """Send within the time that is left. Raises SMTPServerDisconnected."""
        self._allow_what_is_left()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Wait for an answer within the time that is left. Raises SMTPServerDisconnected."""
        self._allow_what_is_left()
        return super().getreply()

    def _allow_what_is_left(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(max(self._until - time.monotonic(), 0.001))


class EncryptedConversation(Conversation, smtplib.SMTP_SSL):
    """The same over TLS from its first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's backend, in bounded time."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the conversation to have."""
        return EncryptedConversation if self.use_ssl else Conversation
