"""Is the shop there while others send and read slowly? Every second an honest visitor asks for the home page.

    .venv/bin/python benchmarks/slow_clients.py [--seconds 20] [--nginx]

400 headers that never end, 60 bodies of a byte a second, 60 readers who stop reading: one kind after the
other, from other loopback addresses than the visitor's. With --nginx the same through deploy/nginx.conf.
Loopback only; ends by itself.
"""

import argparse
import http.client
import re
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import running

KINDS = {"headers": 400, "bodies": 60, "readers": 60}
HEADER = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /cart/add/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\na"
READER = b"GET /static/css/main.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 40


def slow_client(port: int, number: int, kind: str) -> socket.socket | None:
    """Open one connection of a kind, from an address of its own kind."""
    client = socket.socket()
    client.settimeout(5)
    try:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.bind((f"127.0.0.{2 + number % 8}", 0))
        client.connect(("127.0.0.1", port))
        client.sendall({"headers": HEADER, "bodies": BODY, "readers": READER}[kind])
    except OSError:
        client.close()
        return None
    return client


def drip(port: int, kind: str, ended: threading.Event) -> None:
    """Keep so many slow clients alive until the end: who was thrown out comes again."""
    clients = [slow_client(port, number, kind) for number in range(KINDS[kind])]
    while not ended.wait(1.0):
        for number, client in enumerate(clients):
            try:
                if client is None:
                    raise OSError
                if kind != "readers":
                    client.sendall(b"a")
            except OSError:
                clients[number] = slow_client(port, number, kind)
    for client in clients:
        if client is not None:
            client.close()


def visit(port: int) -> float | None:
    """Return how many seconds the home page took, or nothing if it did not come."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"X-Forwarded-For": "10.0.0.1"})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return None
    finally:
        connection.close()
    return time.monotonic() - begun if answer.status == 200 else None


def measure(port: int, kind: str, seconds: int) -> str:
    """Visit once a second while slow clients are there; return a row of the table."""
    ended = threading.Event()
    attack = threading.Thread(target=drip, args=(port, kind, ended))
    attack.start()
    time.sleep(2)
    times = []
    for _ in range(seconds):
        begun = time.monotonic()
        times.append(visit(port))
        time.sleep(max(0.0, 1 - (time.monotonic() - begun)))
    ended.set()
    attack.join()
    came = sorted(t for t in times if t is not None)
    middle, worst = (came[len(came) // 2], came[-1]) if came else (0.0, 0.0)
    return f"| {KINDS[kind]} slow {kind} | {len(came)} of {seconds} | {middle:.2f} | {worst:.2f} |"


@contextmanager
def nginx(backend: int, folder: Path) -> Iterator[int]:
    """Run nginx with deploy/nginx.conf, without TLS, before the shop; give its port."""
    port = running._free_port()
    text = (running.ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"server \{\n    listen 80 .*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"\n    ssl_certificate.*", "", text)
    text = re.sub(r"listen 443 ssl.*?;", f"listen 127.0.0.1:{port};", text).replace(
        "web:8000", f"127.0.0.1:{backend}"
    )
    text = text.replace("/srv/kora/var", str(folder / "var")).replace("/var/log/nginx", str(folder))
    config = folder / "nginx.conf"
    paths = "".join(
        f"{k}_temp_path {folder}/{k};" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{ worker_connections 2048; }}\nhttp {{ access_log off; {paths}\n{text}\n}}\n"
    )
    process = subprocess.Popen(["nginx", "-c", str(config)])
    try:
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def main() -> None:
    """Measure all kinds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--nginx", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kora-nginx-") as name, running.shop("sqlite") as shop:
        print("| slow clients | seconds available | median s | worst s |\n|---|--:|--:|--:|")
        if not options.nginx:
            for kind in KINDS:
                print(measure(shop.port, kind, options.seconds), flush=True)
            return
        with nginx(shop.port, Path(name)) as port:
            for kind in KINDS:
                print(measure(port, kind, options.seconds), flush=True)


if __name__ == "__main__":
    main()
