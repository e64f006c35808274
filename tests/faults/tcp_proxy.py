"""A network between the shop and its database that may swallow everything, without telling either."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass
class Network:
    """Carries bytes both ways, unless it is black; `fatal` are bytes after which it is."""

    port: int
    target: str
    fatal: bytes = b""
    is_black: threading.Event = field(default_factory=threading.Event)
    lines: list[socket.socket] = field(default_factory=list)

    def swallow(self) -> None:
        """Carry nothing any more, on old lines and on new ones; all of them stay open."""
        self.is_black.set()

    def heal(self) -> None:
        """Carry again; what was swallowed is gone for good."""
        self.fatal = b""
        self.is_black.clear()

    def connect(self, near: socket.socket) -> None:
        """Carry what comes on a line."""
        self.lines.append(near)
        if self.is_black.is_set():
            return  # open, and silent for ever
        far = socket.socket(socket.AF_UNIX)
        far.connect(self.target)
        self.lines.append(far)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(CHUNK):
                if not self.is_black.is_set():
                    sink.sendall(data)
                if self.fatal and self.fatal in data:
                    self.swallow()
            if not self.is_black.is_set():
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            return


@contextmanager
def network(target: str) -> Iterator[Network]:
    """Lead from a free port of this machine to a unix socket."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        net = Network(listener.getsockname()[1], target)

        def accept() -> None:
            while True:
                try:
                    near, _address = listener.accept()
                except OSError:
                    return
                net.connect(near)

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield net
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for line in net.lines:
                line.close()
