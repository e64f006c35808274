"""A PostgreSQL of a test's own, which may crash, come back, or stop answering."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

TOOL = Path(__file__).resolve().parents[2] / "tools" / "postgres.sh"


@dataclass(frozen=True)
class PostgresServer:
    """A running server, below `folder`."""

    folder: Path

    @property
    def url(self) -> str:
        """Return the address over its socket."""
        return f"postgres://kora@/kora?host={self.folder}"

    @property
    def socket(self) -> str:
        """Return the path of its socket."""
        return f"{self.folder}/.s.PGSQL.5432"

    def tell(self, verb: str) -> None:
        """Have tools/postgres.sh do something to it: start, halt, resume or stop."""
        environment = os.environ | {"KORA_POSTGRES_DIR": str(self.folder)}
        subprocess.run([str(TOOL), verb], env=environment, check=True, stdout=subprocess.DEVNULL)

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows that answer a question in SQL."""
        with psycopg.connect(f"host={self.folder} user=kora dbname=kora", autocommit=True) as connection:
            found = connection.execute(question, values)
            return found.fetchall() if found.description else []

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all its processes in their tracks: sockets stay open, and nobody answers."""
        head = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(head, signal.SIGSTOP)
        children = [int(pid) for pid in Path(f"/proc/{head}/task/{head}/children").read_text().split()]
        for pid in children:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in [*children, head]:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server that keeps what it reported as committed, even when it crashes."""
    with tempfile.TemporaryDirectory(prefix="kora-pg-") as folder:
        Path(folder).chmod(0o711)  # the server may run as another user
        server = PostgresServer(Path(folder) / "pg")
        try:
            server.tell("start")
            server.ask("ALTER SYSTEM SET synchronous_commit = on")
            server.ask("SELECT pg_reload_conf()")
            yield server
        finally:
            server.tell("stop")
