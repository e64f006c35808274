"""Lighthouse on the shop's pages: scores, largest paint, shifts and bytes, on the phone it simulates.

    .venv/bin/python benchmarks/lighthouse.py             all pages, and the table into docs/measurements.md
    .venv/bin/python benchmarks/lighthouse.py article     some pages, printed alone

A demo in a temporary folder, served as `make run` serves it, all renditions made. Each page is loaded
three times by a browser that has never been there; the run with the middle performance counts. A busy
machine spoils the numbers, so the load is told beside them. Ends with 1 when a goal is missed.

Lighthouse comes from npm, Node and Chromium from Debian when they are missing and this is root.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import running
from buyers import Buyer

LIGHTHOUSE = "lighthouse@12.8.2"
RUNS = 3
PAGES = {
    "home": "/",
    "collection": "/collections/flutes-and-panpipes/",
    "product": "/products/antares-bamboo-panpipes/",
    "article": "/blog/what-is-music-therapy/",
    "blog index": "/blog/",
    "cart": "/cart/",
}
IN_CART = ("elqui-rainstick", "RAIN-50")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
UNLISTED = {"cart": {"seo"}}  # pages that say noindex have no score for being found
GOAL_LCP_SECONDS, GOAL_ARTICLE_KB, GOAL_FONT_KB = 1.5, 60, 70
CHROMIUM_FLAGS = (
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DOCUMENT = running.ROOT / "docs" / "measurements.md"
BEGIN, END = "<!-- benchmarks/lighthouse.py writes from here -->", "<!-- to here -->"
COLUMNS = [
    "page", "performance", "accessibility", "best practices", "SEO", "LCP s", "CLS", "TBT ms", "kB",
    "HTML, CSS, JS kB", "fonts kB",
]  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|---{'|--:' * (len(COLUMNS) - 1)}|"


@dataclass(frozen=True)
class Result:
    """What Lighthouse says about one page."""

    page: str
    scores: dict[str, int]
    lcp_seconds: float
    cls: float
    tbt_ms: float
    kilobytes: float
    text_kilobytes: float  # HTML, CSS, scripts
    font_kilobytes: float
    complaints: list[str]  # weighted audits below their best

    @property
    def row(self) -> str:
        """The row of the table."""
        scores = [str(self.scores[name]) if name in self.scores else "–" for name in CATEGORIES]
        sizes = [f"{size:.0f}" for size in (self.kilobytes, self.text_kilobytes, self.font_kilobytes)]
        times = [f"{self.lcp_seconds:.2f}", f"{self.cls:.3f}".rstrip("0").rstrip("."), f"{self.tbt_ms:.0f}"]
        return f"| {' | '.join([self.page, *scores, *times, *sizes])} |"

    @property
    def misses(self) -> list[str]:
        """The goals that this page misses."""
        missed = [f"{name} {score}" for name, score in self.scores.items() if score < 100]
        if self.cls > 0:
            missed.append(f"CLS {self.cls}")
        if self.font_kilobytes > GOAL_FONT_KB:
            missed.append(f"fonts {self.font_kilobytes:.0f} kB")
        return missed + (self._misses_of_the_article if self.page == "article" else [])

    @property
    def _misses_of_the_article(self) -> list[str]:
        missed = []
        if self.lcp_seconds >= GOAL_LCP_SECONDS:
            missed.append(f"LCP {self.lcp_seconds:.2f} s")
        if self.text_kilobytes > GOAL_ARTICLE_KB:
            missed.append(f"first view {self.text_kilobytes:.0f} kB")
        return missed


def need(command: str, *packages: str) -> str:
    """Return where a command is, from Debian's packages if it is missing. Raises SystemExit."""
    if not shutil.which(command) and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], check=False)
    return shutil.which(command) or sys.exit(
        f"{command} is missing: sudo apt-get install {' '.join(packages)}"
    )


def ask(url: str, cookie: str) -> dict[str, Any]:
    """Run Lighthouse once with its mobile defaults; return its report. Raises CalledProcessError."""
    flags = " ".join([*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])])
    headers = json.dumps({"Cookie": cookie} if cookie else {})
    with tempfile.TemporaryDirectory(prefix="kora-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--chrome-flags={flags}", f"--extra-headers={headers}"]
        chromium = os.environ.get("CHROMIUM") or need("chromium", "chromium")
        subprocess.run(
            command, env=os.environ | {"CHROME_PATH": chromium}, check=True, stderr=subprocess.DEVNULL
        )
        content: dict[str, Any] = json.loads(report.read_text())
        return content


def read(page: str, report: dict[str, Any]) -> Result:
    """Take what we want to know from a report."""
    audits, categories = report["audits"], report["categories"]
    wanted = [name for name in CATEGORIES if name not in UNLISTED.get(page, set())]
    return Result(
        page=page,
        scores={name: round(100 * categories[name]["score"]) for name in wanted},
        lcp_seconds=audits["largest-contentful-paint"]["numericValue"] / 1000,
        cls=round(audits["cumulative-layout-shift"]["numericValue"], 3),
        tbt_ms=audits["total-blocking-time"]["numericValue"],
        kilobytes=_kilobytes(report, set()),
        text_kilobytes=_kilobytes(report, {"Image", "Font", "Other"}),
        font_kilobytes=_kilobytes(report, set()) - _kilobytes(report, {"Font"}),
        complaints=[text for name in wanted for text in _complaints(categories[name], audits)],
    )


def _kilobytes(report: dict[str, Any], without: set[str]) -> float:
    requests = report["audits"]["network-requests"]["details"]["items"]
    return sum(item["transferSize"] for item in requests if item.get("resourceType") not in without) / 1000


def _complaints(category: dict[str, Any], audits: dict[str, Any]) -> list[str]:
    weighted = [audits[ref["id"]] for ref in category["auditRefs"] if ref["weight"]]
    return [
        f"{audit['id']} {audit['score']}: {audit.get('displayValue', audit['title'])}"
        for audit in weighted
        if audit["score"] is not None and audit["score"] < 1
    ]


def measure(page: str, url: str, cookie: str) -> Result:
    """Load a page several times; return the run with the middle performance."""
    results = [read(page, ask(url, cookie)) for _run in range(RUNS)]
    return sorted(results, key=lambda result: (result.scores["performance"], -result.lcp_seconds))[RUNS // 2]


def measure_all(pages: dict[str, str]) -> list[Result]:
    """Start a shop, wait for its pictures and measure each page of it."""
    results = []
    with running.shop("sqlite") as shop:
        shop.place.inside("wait_for_pictures")
        buyer = Buyer(shop, 1)
        buyer.put_into_cart(*IN_CART)
        cart = "; ".join(f"{name}={value}" for name, value in buyer.cookies.items())
        buyer.leave()
        for page, path in pages.items():
            url = f"http://{shop.host}:{shop.port}{path}"
            results.append(measure(page, url, cart if page == "cart" else ""))
            print(
                "\n".join([results[-1].row, *(f"    {text}" for text in results[-1].complaints)]), flush=True
            )
    return results


def write(results: list[Result], load: float) -> None:
    """Put the table between the marks in docs/measurements.md."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    note = f"Load of the machine before: {load:.1f}."
    table = "\n".join([BEGIN, HEAD, *(result.row for result in results), "", note, END])
    DOCUMENT.write_text(before + table + after, encoding="utf-8")


def main() -> int:
    """Measure, print, write; end with 1 when a goal is missed."""
    need("npx", "nodejs", "npm")
    wanted = {name: PAGES[name] for name in sys.argv[1:]} or PAGES
    load = os.getloadavg()[0]
    print(f"load {load:.1f}\n{HEAD}", flush=True)
    results = measure_all(wanted)
    if wanted == PAGES:
        write(results, load)
    missed = [f"{result.page}: {', '.join(result.misses)}" for result in results if result.misses]
    print("\n".join(missed) or "All goals are met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
