"""Guards over docs/design.md: its table of colours is the stylesheet's, and its promised contrasts hold."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIGHT, DARK = (ROOT / "static/css/tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
THEMES = {"light": dict(COLOUR.findall(LIGHT)), "dark": dict(COLOUR.findall(DARK))}
ROW = re.compile(r"^\| `--([a-z-]+)` \| `(#[0-9a-f]{6})` \| `(#[0-9a-f]{6})` \|", re.MULTILINE)

TEXTS = ("ink", "ink-soft", "accent", "accent-strong", "good", "warn", "bad", "info")
GROUNDS = ("paper", "surface", "sand-soft")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS]
PAIRS += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-deep", "deep"), ("ink", "blush")]
PAIRS += [("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("info", "info-soft")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, "contrast ratio"."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_table_of_colours_is_the_stylesheets():
    rows = ROW.findall((ROOT / "docs/design.md").read_text())
    assert {name: light for name, light, _ in rows} == THEMES["light"]
    assert {name: dark for name, _, dark in rows} == THEMES["dark"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_grounds(theme, text, ground):
    colours = THEMES[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("edge", ["line-strong", "focus"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_and_focus_can_be_seen(theme, edge, ground):
    colours = THEMES[theme]
    assert contrast(colours[edge], colours[ground]) >= 3
