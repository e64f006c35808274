"""Queries, milliseconds and bytes of each page, on a fresh demo in a temporary folder.

    .venv/bin/python benchmarks/pages.py

Milliseconds are CPU time of one request through all middleware, in this process, the median of many;
`cold` is the first request after a change of any row. CSS and JS are what the browser fetches once,
compressed by brotli, as the web server sends them.
"""

import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
REQUESTS = 60
AIM_BYTES = 40_000  # CSS and JS of a page together, compressed
PUBLIC = {
    "home": "/",
    "collections": "/collections/",
    "collection": "/collections/{collection}/",
    "product": "/products/{product}/",
    "search": "/search/?q=flute",
    "blog": "/blog/",
    "article": "/blog/what-is-music-therapy/",
    "page": "/pages/about/",
    "cart": "/cart/",
    "checkout": "/checkout/",
}


def prepare(folder: str, database: str = "") -> None:
    """Make a demo in `folder`, or in this empty database, and set Django up on it."""
    os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "SHOP_MODE": "demo"}
    os.environ |= {"SECRET_KEY": "measured-" + "k" * 50, "SITE_URL": "http://127.0.0.1:8000"}
    os.environ |= {"DATABASE_URL": database, "CACHE_URL": "", "STRIPE_SECRET_KEY": ""}
    command = [sys.executable, "manage.py", "start", "--only-prepare"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def fill_cart(client: "Client") -> None:
    """Put one piece of the first available variant into the client's cart."""
    from shop.catalogue.models import Variant

    variant = Variant.objects.filter(product__slug="antares-bamboo-panpipes").earliest("pk")
    response = client.post("/cart/add/", {"sku": variant.sku, "quantity": 1})
    assert response.status_code in {302, 303}, response.status_code  # noqa: S101


def milliseconds(client: "Client", url: str) -> float:
    """Return the CPU milliseconds of one request."""
    began = time.process_time()
    response = client.get(url)
    spent = (time.process_time() - began) * 1000
    assert response.status_code == 200, f"{url}: {response.status_code}"  # noqa: S101
    return spent


def queries(client: "Client", url: str) -> int:
    """Return how many queries one warm request makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def sent(path: Path) -> Path:
    """Return the file that the web server sends for a static file."""
    brotli = path.with_name(path.name + ".br")
    return brotli if brotli.exists() else path


def assets(html: str) -> tuple[int, int]:
    """Return the compressed bytes of the page's style sheets and scripts."""
    from django.conf import settings

    def size(pattern: str) -> int:
        paths = [Path(settings.STATIC_ROOT) / path for path in re.findall(pattern, html)]
        smallest = [path.with_name(path.name + ".br") for path in paths]
        return sum(
            (br if br.exists() else path).stat().st_size for br, path in zip(smallest, paths, strict=True)
        )

    return size(r'<link[^>]+href="/static/([^"]+\.css)"'), size(r'<script[^>]+src="/static/([^"]+\.js)"')


def row(client: "Client", name: str, url: str) -> tuple[str, int]:
    """Measure one page; return its table row and the bytes of its CSS and JS."""
    from foundation import freshness

    client.get(url)
    freshness.bump()
    freshness.forget()
    cold = milliseconds(client, url)
    count = queries(client, url)
    warm = statistics.median(milliseconds(client, url) for _ in range(REQUESTS))
    html = client.get(url).content
    css, js = assets(html.decode())
    sizes = f"{len(html):,} | {len(gzip.compress(html, 6)):,} | {css:,} | {js:,}"
    return f"| {name} | {count} | {warm:.1f} | {cold:.1f} | {sizes} |", css + js


def main() -> int:
    """Print the table; end with 1 when a page's CSS and JS are above the aim."""
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        prepare(folder)
        from django.test import Client

        from shop.catalogue.models import Collection

        client = Client(headers={"host": "127.0.0.1"})
        fill_cart(client)
        names = {"collection": Collection.objects.earliest("pk").slug, "product": "antares-bamboo-panpipes"}
        print("| page | queries | CPU ms | cold | HTML bytes | gzip | CSS (br) | JS (br) |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        heaviest = 0
        for name, url in PUBLIC.items():
            text, weight = row(client, name, url.format(**names))
            heaviest = max(heaviest, weight)
            print(text)
    return 1 if heaviest > AIM_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
