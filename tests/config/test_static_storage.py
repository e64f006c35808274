"""Rules of config.static_storage: production serves one stylesheet that equals its parts."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from config.static_storage import BROTLI_QUALITY, QuickCompressor, bundle

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.BundledStaticFilesStorage"},
}


def read(name: str) -> str:
    return Path(str(finders.find(name))).read_text()


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    root = tmp_path_factory.mktemp("static")
    finder = finders.get_finder("django.contrib.staticfiles.finders.FileSystemFinder")
    dirs = [path for _prefix, path in finder.locations]
    own = "django.contrib.staticfiles.finders.FileSystemFinder"
    with override_settings(
        STORAGES=STORAGES,
        STATIC_ROOT=root,
        STATICFILES_DIRS=dirs,
        STATICFILES_FINDERS=[own],
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


def hashed(root, pattern):
    [path] = root.glob(pattern)
    return path


def test_bundle_puts_each_import_in_its_place():
    files = {"css/main.css": '/* order */\n@import url("a.css");\n@import url("parts/b.css");\n'}
    files |= {"css/a.css": "a{}\n", "css/parts/b.css": "b{}\n"}
    assert bundle("css/main.css", files.__getitem__) == "a{}\nb{}\n"


def test_bundle_moves_relative_addresses_and_leaves_the_others():
    files = {
        "css/main.css": '@import url("parts/b.css");\n',
        "css/parts/b.css": 'b{background:url("../../img/x.svg")} c{mask:url("data:image/png,x")}',
    }
    expected = 'b{background:url("../img/x.svg")} c{mask:url("data:image/png,x")}'
    assert bundle("css/main.css", files.__getitem__) == expected


@pytest.mark.parametrize("name", ["main", "admin"])
def test_collected_stylesheet_imports_nothing(collected, name):
    css = hashed(collected, f"css/{name}.????????????.css").read_text()
    assert "@import" not in css
    assert "@font-face" in css


def test_collected_stylesheet_holds_every_part_in_order(collected):
    css = hashed(collected, "css/main.????????????.css").read_text()
    assert css.startswith("@layer reset, tokens, base, layout, components, utilities;")
    marks = [
        "box-sizing",
        "@font-face",
        "--paper",
        ".page-narrow",
        ".skip-link",
        ".card-grid",
        ".visually-hidden",
    ]
    assert all(mark in css for mark in marks)


def test_collected_stylesheet_names_hashed_files_that_exist(collected):
    sheet = hashed(collected, "css/main.????????????.css")
    addresses = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert len(addresses) >= 4
    for address in addresses:
        assert (sheet.parent / address).is_file()
        assert re.search(r"\.[0-9a-f]{12}\.", address)


def test_stylesheet_and_scripts_of_a_page_stay_under_40_kb(collected):
    files = [*collected.glob("css/main.????????????.css.br"), *collected.glob("js/*.br")]
    assert 0 < sum(path.stat().st_size for path in files) < 40_000


def test_fonts_of_a_page_stay_under_70_kb(collected):
    fonts = list(collected.glob("fonts/*.????????????.woff2"))
    assert fonts
    assert sum(path.stat().st_size for path in fonts) < 70_000


def test_compression_can_be_read_back():
    import brotli

    data = read("css/tokens.css").encode()
    assert brotli.decompress(QuickCompressor.compress_brotli(data)) == data
    assert BROTLI_QUALITY < 11
