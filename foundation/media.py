"""Pictures over HTTP: files below MEDIA_ROOT, named by their contents, cacheable for ever."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

CONTENT_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".avif": "image/avif",
}  # fmt: skip
BLOCK_BYTES = 256 * 1024  # most renditions go out in one piece


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a picture file; anything else below or beyond MEDIA_ROOT is not found."""
    file = _find(path)
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    response = get_conditional_response(request, etag=etag) or _whole(file)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _whole(file: Path) -> FileResponse:
    response = FileResponse(file.open("rb"), content_type=CONTENT_TYPES[file.suffix])
    response.block_size = BLOCK_BYTES
    return response


def _find(path: str) -> Path:
    """Return the file that `path` names literally: no `..`, no link, no folder, no other kind of file."""
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        file = (root / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:  # absent, a loop of links, a NUL byte
        raise Http404 from error
    if str(file) != f"{root}/{path}" or file.suffix not in CONTENT_TYPES or not file.is_file():
        raise Http404
    return file
