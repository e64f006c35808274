"""What an upload must be to become a picture, and the sentences for what it must not be."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation import imaging


class PictureRefused(ValidationError):
    """An upload that is no picture, is damaged, or is too large; the message says which."""


def read(file: Any) -> bytes:
    """Return the bytes of an open file. Raises PictureRefused when there are too many."""
    data: bytes = file.read(settings.PICTURE_MAX_BYTES + 1)
    if len(data) > settings.PICTURE_MAX_BYTES:
        megabytes = settings.PICTURE_MAX_BYTES // 2**20
        raise PictureRefused(_("The picture is larger than %(size)s MB."), params={"size": megabytes})
    return data


def check(data: bytes, *, width: int) -> tuple[imaging.Facts, imaging.Renditions]:
    """Return what an upload is and its first rendition, at most this wide. Raises PictureRefused."""
    most = settings.PICTURE_MAX_PIXELS
    try:
        facts = imaging.inspect(data, max_pixels=most)
        return facts, imaging.write_first(data, settings.MEDIA_ROOT, max_pixels=most, width=width)
    except imaging.TooManyPixels as error:
        limit = (error.most or most) // 1_000_000
        message = _("The picture has more than %(limit)s million pixels. Please make it smaller.")
        raise PictureRefused(message, params={"limit": limit}) from error
    except imaging.TooLong as error:
        message = _(
            "One side of the picture is %(side)s pixels long; %(limit)s is the most. Please make it smaller."
        )
        raise PictureRefused(
            message, params={"side": error.args[0], "limit": imaging.LONGEST_SIDE}
        ) from error
    except imaging.UnreadableImage as error:
        message = _("This is no whole JPEG, PNG, WebP or AVIF picture. Please choose another file.")
        raise PictureRefused(message) from error
