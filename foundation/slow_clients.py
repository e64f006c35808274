"""Between granian and Django: nobody who sends or reads slowly holds the one thread that does the work.

The event loop of a worker reads each body, within a deadline, and hands out each answer; the worker's one
thread meets a request only when it is whole. asgiref turns one interface into the other.
Source: docs/operations.md, "Slow clients"
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from asgiref.wsgi import WsgiToAsgiInstance

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]

IN_MEMORY_BYTES = 64 * 1024  # of a body; the rest waits on the disk


class Refused(Exception):
    """The body came too slowly or is too large; `status` says which."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Gone(Exception):
    """The client left before the request was whole."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a body may take, and an answer to be read: seconds, and bytes a second beyond them."""

    seconds: float = 15.0
    least_rate: float = 16 * 1024
    most_bytes: int = 32 * 1024 * 1024

    def left(self, begun: float, count: int) -> float:
        """Return the seconds that are left when `count` bytes have come since `begun`."""
        return begun + self.seconds + count / self.least_rate - time.monotonic()


@dataclass
class Patient:
    """The ASGI application around a WSGI one, which runs in a single thread."""

    wsgi: Wsgi
    deadlines: Deadlines = field(default_factory=Deadlines)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "django"))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            try:
                size = await _read(scope, receive, body, self.deadlines)
                await self._answer(scope, body, size, send)
            except Refused as refusal:
                await _refuse(refusal, send)
            except (Gone, TimeoutError):
                return

    async def _answer(self, scope: Message, body: IO[bytes], size: int, send: Send) -> None:
        """Run Django and hand its answer out piece by piece. Raises TimeoutError for a slow reader."""
        loop, exchange = asyncio.get_running_loop(), Exchange(self.wsgi, scope, body, size)
        try:
            piece = await loop.run_in_executor(self.thread, exchange.begin)
            begun, count = time.monotonic(), 0
            await send(exchange.start)
            while piece is not None:
                message = {"type": "http.response.body", "body": piece, "more_body": not exchange.is_whole}
                await asyncio.wait_for(send(message), max(0.1, self.deadlines.left(begun, count)))
                count += len(piece)
                if exchange.is_whole:
                    return
                piece = await loop.run_in_executor(self.thread, exchange.next_piece)
            await send({"type": "http.response.body"})
        finally:
            await loop.run_in_executor(self.thread, exchange.close)


class Exchange:
    """One request as WSGI sees it; all methods run in Django's thread."""

    def __init__(self, wsgi: Wsgi, scope: Message, body: IO[bytes], size: int) -> None:
        self.wsgi, self.scope, self.body, self.size = wsgi, scope, body, size
        self.start: Message = {}
        self.is_whole = False
        self.answer: Iterable[bytes] = ()
        self.pieces: Iterator[bytes] = iter(())

    def begin(self) -> bytes | None:
        """Run the application and return the first piece: all of it, unless the answer streams."""
        self.answer = self.wsgi(self._environ(), self._note_start)
        self.is_whole = not getattr(self.answer, "streaming", True)
        if self.is_whole:
            return b"".join(self.answer)
        self.pieces = iter(self.answer)
        return self.next_piece()

    def next_piece(self) -> bytes | None:
        """Return the next piece of an answer, None after the last."""
        return next(self.pieces, None)

    def close(self) -> None:
        """Let Django end the request."""
        if close := getattr(self.answer, "close", None):
            close()

    def _environ(self) -> dict[str, Any]:
        translator = WsgiToAsgiInstance(self.wsgi, duplicate_header_limit=0)
        translator.scope = self.scope
        query = self.scope["query_string"]
        environ: dict[str, Any] = translator.build_environ(self.scope | {"query_string": b""}, self.body)
        environ["QUERY_STRING"] = query.decode("latin-1")
        environ["CONTENT_LENGTH"] = str(self.size)
        cookies = [value for name, value in self.scope["headers"] if name == b"cookie"]
        if cookies:
            environ["HTTP_COOKIE"] = b"; ".join(cookies).decode("latin-1")
        return environ

    def _note_start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self.start = {"type": "http.response.start", "status": int(status[:3]), "headers": pairs}


async def _read(scope: Message, receive: Receive, body: IO[bytes], deadlines: Deadlines) -> int:
    """Read a body to its end and return its size. Raises Refused, Gone."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    begun, count = time.monotonic(), int(announced) if announced.isdigit() and len(announced) < 16 else 0
    _refuse_too_large(count, deadlines)
    count = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), max(0.0, deadlines.left(begun, count)))
        except TimeoutError:
            raise Refused(408, "The request took too long to arrive.\n") from None
        if message["type"] != "http.request":
            raise Gone
        count += len(message.get("body", b""))
        _refuse_too_large(count, deadlines)
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            body.seek(0)
            return count


def _refuse_too_large(count: int, deadlines: Deadlines) -> None:
    if count > deadlines.most_bytes:
        most = deadlines.most_bytes // 1024 // 1024
        raise Refused(413, f"That is more than the shop takes at once: at most {most} MB.\n")


async def _refuse(refusal: Refused, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.text.encode()})
