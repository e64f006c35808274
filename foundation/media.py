"""Pictures over HTTP: files below MEDIA_ROOT, named by their contents, cacheable for ever, also in parts."""

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from foundation import ranges
from foundation.methods import require_safe
from foundation.ranges import NoSuchPart, Part

CONTENT_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".avif": "image/avif",
}  # fmt: skip
SERVED = "renditions/"
BLOCK_BYTES = 256 * 1024  # most renditions go out in one piece


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a rendition; anything else below or beyond MEDIA_ROOT is not found."""
    file = _find(path)
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    response = get_conditional_response(request, etag=etag) or _answer(request, file, etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # other sites and mails may show pictures
    if response.status_code != 416:  # a part that is not there is nothing to keep
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _answer(request: HttpRequest, file: Path, etag: str) -> HttpResponseBase:
    """Return the file, or the part that is asked for; 416 where it has no such part."""
    size = file.stat().st_size
    takes_parts = request.method == "GET" and request.headers.get("If-Range", etag) == etag
    try:
        part = ranges.asked_for(request.headers.get("Range", ""), size) if takes_parts else None
    except NoSuchPart:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return _whole(file) if part is None else _part(file, part, size)


def _whole(file: Path) -> FileResponse:
    response = FileResponse(file.open("rb"), content_type=CONTENT_TYPES[file.suffix])
    response.block_size = BLOCK_BYTES
    return response


def _part(file: Path, part: Part, size: int) -> FileResponse:
    opened = file.open("rb")
    opened.seek(part.first)
    response = FileResponse(Stretch(opened, part.size), content_type=CONTENT_TYPES[file.suffix], status=206)
    response.block_size = BLOCK_BYTES
    response["Content-Length"] = str(part.size)
    response["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return response


class Stretch:
    """An open file that ends after so many bytes."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self.file, self.left = file, left

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end of the stretch."""
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def _find(path: str) -> Path:
    """Return the file that `path` names literally: no `..`, no link, no folder, no other kind of file."""
    if not path.startswith(SERVED):
        raise Http404
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        file = (root / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:  # absent, a loop of links, a NUL byte
        raise Http404 from error
    if str(file) != f"{root}/{path}" or file.suffix not in CONTENT_TYPES or not file.is_file():
        raise Http404
    return file
