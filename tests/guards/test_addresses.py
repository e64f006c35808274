"""Nobody writes a question, a `mailto:` or an escape into an address by hand: foundation.links does."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = [
    path
    for folder in ("blog", "comments", "config", "foundation", "shop")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts and path != ROOT / "foundation/links.py"
]
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
QUOTING = {"quote", "quote_plus", "urlencode", "urlunsplit", "urlunparse"}
BY_HAND = re.compile(r"[?&][\w-]+=\Z|\?\Z|\A[?&][\w-]+=|\b(mailto|tel):\Z")
FORMATTED = re.compile(r"[?&][\w-]+=(\{(?!number\})|%\(|%s)|\b(mailto|tel):(\{|%)")
ADDRESS = re.compile(r'(?:href|action|src|url)="([^"]*(?:"[^"]*)?)')
IN_TEMPLATE = re.compile(
    r"""[?&][\w-]*=?\{[{%](?!\s*(end|else))|&amp;[\w-]+=\{|\b(mailto|tel):\{\{|\burlencode\b|%3[DF]"""
)


def hand_made(tree: ast.AST) -> list[int]:
    """Return the lines on which a question or a `mailto:` is put together by hand."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pairs = zip(node.values, node.values[1:], strict=False)
            lines += [a.lineno for a, b in pairs if _is_hand_made(a) and isinstance(b, ast.FormattedValue)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            lines += [node.lineno for side in (node.left, node.right) if _is_hand_made(side)]
        elif isinstance(node, ast.Constant) and FORMATTED.search(str(node.value)):
            lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("urllib"):
            lines += [node.lineno for name in node.names if name.name in QUOTING]
    return lines


def _is_hand_made(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(BY_HAND.search(str(node.value)))


def test_code_makes_no_address_by_hand():
    found = {path.relative_to(ROOT).as_posix(): hand_made(ast.parse(path.read_text())) for path in CODE}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_templates_make_no_address_by_hand():
    found = {path.name: ADDRESS.findall(path.read_text(errors="replace")) for path in TEMPLATES}
    assert [(name, href) for name, hrefs in found.items() for href in hrefs if IN_TEMPLATE.search(href)] == []


@pytest.mark.parametrize(
    "source",
    [
        'f"{path}?variant={sku}"', 'f"{path}?{query}"', 'path + "?q=" + text', '"{}?variant={}".format(a, b)',
        'format_html("<a href=\\"{}?v={}\\">", a, b)', 'f"mailto:{email}"', '"/x/?a=%s" % a', '"/x/?a=%(a)s"',
        "from urllib.parse import urlencode", 'f"{path}?a=1&b={b}"',
    ],
)  # fmt: skip
def test_the_guard_sees_code_that_does(source):
    assert hand_made(ast.parse(source)) != []


@pytest.mark.parametrize(
    "href",
    ["?variant={{ sku }}", "?{{ query }}", "?a=1&amp;b={{ b }}", "mailto:{{ email }}", "?q={{ q|urlencode }}",
     "{% url 'x' %}?{% if q %}{{ q }}&amp;{% endif %}page=2"],
)  # fmt: skip
def test_the_guard_sees_templates_that_do(href):
    assert IN_TEMPLATE.search(href)
