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


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a picture file; anything else below or beyond MEDIA_ROOT is not found."""
    file = _find(path)
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    known = get_conditional_response(request, etag=etag)
    response = known or FileResponse(file.open("rb"), content_type=CONTENT_TYPES[file.suffix])
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _find(path: str) -> Path:
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        file = (root / path).resolve(strict=True)
    except (OSError, ValueError) as error:  # absent, a NUL byte, a name too long
        raise Http404 from error
    if not file.is_relative_to(root) or file.suffix not in CONTENT_TYPES or not file.is_file():
        raise Http404
    return file
