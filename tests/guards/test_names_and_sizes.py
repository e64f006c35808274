"""Files are named for their subject and hold one of it; functions fit a screen."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("benchmarks", "blog", "comments", "config", "foundation", "shop", "tests", "tools")
SAY_NOTHING = {"utils", "helpers", "common", "services", "managers"}
FILE_LINES, FUNCTION_LINES = 300, 40


def python_files() -> Iterator[Path]:
    """Give our Python files, but for migrations."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def name(path: Path) -> str:
    """Return the path as written in the project."""
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_named_for_nothing():
    assert [name(path) for path in python_files() if {path.stem, path.parent.name} & SAY_NOTHING] == []


def test_no_file_holds_two_subjects():
    long = {name(path): path.read_text().count("\n") for path in python_files()}
    assert {path: lines for path, lines in long.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{name(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_nothing_is_left_to_do():
    marks = tuple(f"# {word}" for word in ("TODO", "FIXME", "XXX"))
    left = [name(path) for path in python_files() if any(mark in path.read_text() for mark in marks)]
    assert [path for path in left if path != name(Path(__file__))] == []
