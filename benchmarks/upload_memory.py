"""How much memory the upload of the largest legal picture takes, and of a body above twenty megabytes.

    .venv/bin/python benchmarks/upload_memory.py

The demo as `make run` serves it; the owner signs in and saves an author with a picture over real HTTP. The
figure is the peak of one web process beyond what it holds before. Promised: at most 150 MB.
"""

import io
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import running
from PIL import Image

SIDE = 5000  # pixels: 25 million in all
BOUNDARY = "measured-boundary"
AUTHOR, LOGIN = "/admin/blog/author/add/", "/admin/login/"
PEAK, HELD = re.compile(r"VmHWM:\s+(\d+) kB"), re.compile(r"VmRSS:\s+(\d+) kB")


def picture(kind: str, side: int = SIDE, **options: int) -> bytes:
    """Return noise as a picture: nothing makes larger files."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, kind, **options)
    return out.getvalue()


def browser(shop: running.Shop) -> Callable[..., tuple[int, str]]:
    """Return what asks the shop as a browser with cookies would."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(address: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        whole = f"http://127.0.0.1:{shop.port}{address}"
        headers = {"Content-Type": kind, "Referer": whole} if body else {}
        try:
            with opener.open(urllib.request.Request(whole, body, headers), timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return ask


def token_in(page: str) -> str:
    """Return the CSRF token of a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found[1] if found else ""


def form(fields: dict[str, str], name: str, content: bytes) -> bytes:
    """Return a form with one file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="picture"; filename="{name}"\r\n'
    return b"".join([
        "".join(parts).encode(), head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", content,
        f"\r\n--{BOUNDARY}--\r\n".encode(),
    ])  # fmt: skip


def kilobytes(pid: int, what: re.Pattern[str]) -> int:
    """Return what the kernel says of a process's memory."""
    found = what.search(Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def upload(shop: running.Shop, ask: Callable[..., tuple[int, str]], name: str, content: bytes) -> None:
    """Save an author with this picture; print the status and the largest growth of a web process."""
    token = token_in(ask(AUTHOR)[1])
    fields = {
        "csrfmiddlewaretoken": token,
        "name": name,
        "slug": re.sub(r"\W+", "-", name.lower()),
        "bio": "",
    }
    body = form(fields, "noise.jpg", content)
    pids = shop.web_pids()
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak so far
    before = {pid: kilobytes(pid, HELD) for pid in pids}
    status, page = ask(AUTHOR, body, f"multipart/form-data; boundary={BOUNDARY}")
    grown = max(kilobytes(pid, PEAK) - before[pid] for pid in pids)
    saved = "saved" if "was added successfully" in page else "refused"
    print(f"| {name} | {len(content) / 1e6:.1f} | {status}, {saved} | {grown / 1024:.0f} |", flush=True)


def main() -> None:
    """Print the table."""
    with running.shop("sqlite") as shop:
        ask = browser(shop)
        password = shop.place.environment["DEMO_STAFF_PASSWORD"]
        typed = {"csrfmiddlewaretoken": token_in(ask(LOGIN)[1]), "username": "owner", "password": password}
        ask(LOGIN, urlencode(typed | {"next": AUTHOR}).encode(), "application/x-www-form-urlencoded")
        print("| upload | MB | answer | MB more in a web process |\n|---|--:|---|--:|")
        for number in range(8):
            upload(shop, ask, f"small picture {number}", picture("JPEG", 400))
        upload(shop, ask, "JPEG, 25 million pixels", picture("JPEG", quality=85))
        upload(shop, ask, "PNG, 25 million plain pixels", plain_png())
        upload(shop, ask, "no picture", os.urandom(29_000_000))


def plain_png() -> bytes:
    """Return a small file of many pixels."""
    out = io.BytesIO()
    Image.frombytes("P", (SIDE, SIDE), bytes(b & 3 for b in os.urandom(SIDE * SIDE))).convert("RGB").save(
        out, "PNG"
    )
    return out.getvalue()


if __name__ == "__main__":
    main()
