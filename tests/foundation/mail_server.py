"""A mail server that can hang, drop the line, refuse or dawdle at any step of a conversation."""

import email
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from io import BufferedRWPair

STEPS = ("banner", "EHLO", "MAIL", "RCPT", "DATA", "message")
_ANSWERS = {"banner": b"220 mail", "DATA": b"354 go on", "QUIT": b"221 bye"}


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in one conversation, and at which step: hang, drop or an answer such as `451 later`."""

    step: str
    what: str


class _OverAndOut(Exception):
    """The server says no more in this conversation."""


@dataclass
class MailServer:
    """Takes the troubles one by one, a conversation each; after the last one all is well."""

    port: int
    troubles: list[Trouble] = field(default_factory=list)
    dawdle_seconds: float = 0
    conversations: int = 0
    offered: list[Message] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def talk(self, line: socket.socket) -> None:
        """Have one conversation."""
        self.conversations += 1
        trouble = self.troubles.pop(0) if self.troubles else Trouble("", "")
        with line, line.makefile("rwb") as file:
            try:
                self._converse(file, trouble)
            except (_OverAndOut, OSError):
                return

    def _converse(self, file: "BufferedRWPair", trouble: Trouble) -> None:
        self._answer(file, "banner", trouble)
        for words in iter(file.readline, b""):
            step = words[:4].decode().upper()
            self._answer(file, step, trouble)
            if step == "DATA" and trouble.step != "DATA":
                message = email.message_from_bytes(b"".join(iter(file.readline, b".\r\n")))
                self.offered.append(message)
                if trouble.step != "message":
                    self.accepted.append(message)
                self._answer(file, "message", trouble)

    def _answer(self, file: "BufferedRWPair", step: str, trouble: Trouble) -> None:
        time.sleep(self.dawdle_seconds)
        answer = _ANSWERS.get(step, b"250 OK")
        if step == trouble.step:
            if trouble.what == "hang":
                self.is_over.wait(60)
            if trouble.what in {"hang", "drop"}:
                raise _OverAndOut
            answer = trouble.what.encode()
        file.write(answer + b"\r\n")
        file.flush()


@contextmanager
def mail_server(*troubles: Trouble) -> Iterator[MailServer]:
    """Run a mail server on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = MailServer(listener.getsockname()[1], list(troubles))

        def serve() -> None:
            while True:
                try:
                    line, _address = listener.accept()
                except OSError:
                    return
                threading.Thread(target=server.talk, args=(line,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server
        finally:
            server.is_over.set()
            listener.shutdown(socket.SHUT_RDWR)
