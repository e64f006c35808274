"""Foreign keys follow the same layers as imports, also when they are given as strings.

The layers are read from the import contracts in pyproject.toml, so there is one list of them.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

Layers = dict[str, int]
OUR_APPS = ("blog", "comments", "config", "foundation", "shop")


def layers() -> Layers:
    """Return package -> height; a higher number is a higher layer."""
    text = (Path(settings.BASE_DIR) / "pyproject.toml").read_text()
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    heights: Layers = {}
    for contract in contracts:
        if contract["type"] != "layers":
            continue
        prefix = "".join(f"{container}." for container in contract.get("containers", []))
        for height, names in enumerate(reversed(contract["layers"])):
            heights |= {prefix + name: height for name in re.findall(r"\w+", names)}
    return heights


def is_forbidden(source: str, target: str, heights: Layers) -> bool:
    """Tell whether a key from a row of module `source` to one of module `target` climbs or crosses."""
    for depth in (1, 2):
        ours, theirs = (".".join(module.split(".")[:depth]) for module in (source, target))
        if ours == theirs:
            continue
        if ours not in heights or theirs not in heights:
            return False
        return heights[theirs] >= heights[ours]
    return False


def home(model: type[models.Model]) -> str:
    """Return the module that a table belongs to; a history's is that of what it is a history of."""
    return str(getattr(model, "instance_type", model).__module__)


def relations() -> list[tuple[type[models.Model], Any]]:
    """Return every forward relation of our own tables, those in between included."""
    ours = [m for m in apps.get_models(include_auto_created=True) if m.__module__.split(".")[0] in OUR_APPS]
    return [
        (model, field)
        for model in ours
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and not field.auto_created and getattr(field, "related_model", None)
    ]


def test_no_key_points_to_a_higher_or_a_neighbouring_layer():
    heights = layers()
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model, field in relations()
        if is_forbidden(home(model), home(field.related_model), heights)
    ]
    assert wrong == []


def test_relations_between_domains_are_looked_at():
    modules = {(home(model), home(field.related_model)) for model, field in relations()}
    assert ("shop.stock.models", "shop.catalogue.models") in modules


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("shop.orders.models", "shop.catalogue.models", False),
        ("shop.catalogue.models", "shop.orders.models", True),
        ("shop.cart.models", "shop.payments.models", True),
        ("shop.stock.models", "shop.shipping.models", True),
        ("shop.orders.models", "shop.orders.parcels", False),
        ("blog.articles", "shop.catalogue.models", False),
        ("shop.catalogue.models", "blog.articles", True),
        ("comments.models", "shop.orders.models", True),
        ("comments.models", "foundation.models", False),
        ("foundation.models", "comments.models", True),
        ("shop.orders.models", "django.contrib.auth.models", False),
    ],
)
def test_guard_tells_up_and_across_from_down(source, target, expected):
    assert is_forbidden(source, target, layers()) is expected
