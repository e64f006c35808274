"""Static files for production: hashed, compressed, and each stylesheet of ours as one file.

`css/main.css` and `css/admin.css` only import others. That is what development and the tests serve;
collectstatic puts the imported files in their place, so that `{% static "css/main.css" %}` is right in
both, and the order of the files is written in one place.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

import brotli
from django.core.files.base import ContentFile, File
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("css/main.css", "css/admin.css")
BROTLI_QUALITY = 9  # within 2 % of the best, at a tenth of its time
_IMPORT = re.compile(r"""^@import url\("([^":]+)"\);\n?""", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_URL = re.compile(r"""url\("(?!data:|/|#)([^":]+)"\)""")


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files for production, our stylesheets bundled."""

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Hash and compress; read each bundle from its parts instead of its list of imports."""
        bundled = {name: (_Bundle(paths), name) for name in BUNDLES if name in paths}
        yield from super().post_process(paths | bundled, *args, **kwargs)

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that takes seconds, not a quarter of a minute."""
        return QuickCompressor(**kwargs)


class QuickCompressor(Compressor):
    """WhiteNoise's compressor at a brotli quality that a first start can wait for."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """Return `data` compressed with brotli."""
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class _Bundle:
    """Stands where the finder's storage stands, and opens a stylesheet with its imports in place."""

    def __init__(self, paths: dict[str, Any]) -> None:
        self.paths = paths

    def open(self, name: str) -> File[bytes]:
        return ContentFile(bundle(name, self._read).encode())

    def _read(self, name: str) -> str:
        storage, path = self.paths[name]
        with storage.open(path) as source:
            return str(source.read().decode())


def bundle(name: str, read: Any) -> str:
    """Return a stylesheet with every `@import url("…");` replaced by that file, comments dropped.

    `read(name)` gives a file's text; relative addresses are rewritten for the place of `name`.
    """
    folder = posixpath.dirname(name)

    def place(match: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(folder, match[1]))
        return _move(read(part), posixpath.dirname(part), folder)

    return _COMMENT.sub("", _IMPORT.sub(place, read(name)))


def _move(css: str, old: str, new: str) -> str:
    def readdress(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(old, match[1]))
        return f'url("{posixpath.relpath(target, new)}")'

    return _URL.sub(readdress, css)
