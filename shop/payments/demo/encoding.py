"""Form bodies as Stripe's library sends them: `a[b][0]=c` to nested dicts and lists."""

from typing import Any
from urllib.parse import parse_qsl


def decode(body: str) -> dict[str, Any]:
    """Return the nested parameters of a form body; every leaf is text. Raises ValueError."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body)):
        _put(tree, name.replace("]", "").split("["), value)
    decoded: dict[str, Any] = _lists(tree)
    return decoded


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    children = {key: _lists(child) for key, child in node.items()}
    if children and all(key.isdigit() for key in children):
        return [children[key] for key in sorted(children, key=int)]
    return children
