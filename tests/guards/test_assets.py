"""Guards over templates and static files: nothing from third parties, nothing inline, layers kept."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "emails" not in path.parts]
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
LISTS = {"main.css", "admin.css"}  # they only import
ADMIN = [path for path in STYLES if path.parent.name == "admin"]  # outside the layers, as Django's own are
SHOP = [path for path in STYLES if path not in ADMIN and path.name not in LISTS]
LAYER_OF = {"reset": "reset", "tokens": "tokens", "fonts": "tokens", "base": "base", "layout": "layout",
            "utilities": "utilities"}  # fmt: skip


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def test_there_is_something_to_guard():
    assert len(PAGES) > 20
    assert len(STYLES) > 15
    assert SCRIPTS


@pytest.mark.parametrize("path", named([*PAGES, *STYLES, *SCRIPTS]))
def test_nothing_is_loaded_from_elsewhere(path):
    text = re.sub(r'xmlns="http://www\.w3\.org/[^"]+"', "", path.read_text())
    loads = re.findall(
        r"""(?:src|srcset|action|data|poster)=["'](?:https?:)?//[^"']+|url\(["']?(?:https?:)?//""", text
    )
    links = re.findall(r"<link\b[^>]*href=[\"'](?:https?:)?//", text)
    assert not loads
    assert not links


@pytest.mark.parametrize("path", named(PAGES))
def test_templates_hold_no_inline_style_script_or_handler(path):
    text = path.read_text()
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"javascript:", text)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all(" src=" in attributes or "application/" in attributes for attributes in scripts)


@pytest.mark.parametrize("path", named([path for path in PAGES if path.parent.name == "components"]))
def test_components_open_with_purpose_parameters_and_usage(path):
    opening = re.search(r"{% comment %}(.*?){% endcomment %}", path.read_text(), flags=re.DOTALL)
    assert opening, "a component says what it is for"
    assert "Parameters:" in opening[1]
    assert "Usage:" in opening[1]


@pytest.mark.parametrize("path", named(STYLES))
def test_stylesheets_stay_short(path):
    assert len(path.read_text().splitlines()) < 150


@pytest.mark.parametrize("path", named([path for path in SHOP if path.name != "layers.css"]))
def test_stylesheets_wrap_themselves_in_their_layer(path):
    css = without_comments(path.read_text()).strip()
    layer = LAYER_OF.get(path.stem, "components") if path.parent.name == "css" else "components"
    assert css.startswith(f"@layer {layer} {{")
    assert css.endswith("}")
    depth = 0
    for position, letter in enumerate(css):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth > 0 or position == len(css) - 1 or "{" not in css[:position]


@pytest.mark.parametrize("path", named([path for path in STYLES if path.stem != "tokens"]))
def test_colours_come_from_the_tokens(path):
    css = without_comments(path.read_text())
    assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[;\s,)])|\b(?:rgb|hsl|oklch)a?\(", css, flags=re.IGNORECASE)


def test_every_custom_property_that_is_used_is_set_somewhere():
    css = "\n".join(without_comments(path.read_text()) for path in STYLES)
    is_set = set(re.findall(r"(--[a-z0-9-]+)\s*:", css))
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", css))
    assert used <= is_set


def test_every_stylesheet_of_the_shop_is_in_its_bundle_once():
    imported = re.findall(r'@import url\("([^"]+)"\)', (ROOT / "static/css/main.css").read_text())
    parts = [str(path.relative_to(ROOT / "static/css")) for path in SHOP]
    assert sorted(imported) == sorted(parts)


def test_fonts_come_with_their_licences():
    fonts = {path.stem.split("-")[0] for path in (ROOT / "static/fonts").glob("*.woff2")}
    licences = {path.stem.removeprefix("OFL-") for path in (ROOT / "static/fonts").glob("OFL-*.txt")}
    assert fonts
    assert fonts == licences
