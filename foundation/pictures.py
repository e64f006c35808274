"""Pictures: an original kept as uploaded, which nobody is shown, and renditions of it for the web.

Originals know where and when a photo was taken, so no address leads to them. A first rendition is made while
the upload is answered, all others in the background.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from foundation import freshness, imaging, jobs, picture_uploads
from foundation.picture_input import KeptUpload, PictureInput
from foundation.picture_uploads import PictureRefused

__all__ = ["Picture", "PictureField", "PictureRefused", "keep", "render", "store", "unfinished", "write"]

FALLBACK_WIDTH = 960  # pixels; what browsers without srcset load
FALLBACKS = ("jpeg", "webp", "avif")  # what stands in <img>, the one that most can show first
PRIVATE_FILE = 0o600  # originals are for the shop's own processes, whatever a proxy is told to serve
COMING = "img/picture-coming.png"  # shown for a picture of which no rendition exists
ORIGINAL = "original"  # beside the formats, in `failures`
MIME_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


class Source(TypedDict):
    """One <source> of a <picture> element."""

    type: str
    srcset: str


def original_path(picture: "Picture", name: str) -> str:
    """Return where an original lies: named by its contents, so that no name can collide."""
    return f"originals/{picture.sha256[:2]}/{picture.sha256}{Path(name).suffix.lower()}"


class FocalX(models.IntegerChoices):
    """Where in a picture that what matters is, in per cent of its width."""

    LEFT = 0, _("at the left")
    HALF_LEFT = 25, _("left of the middle")
    MIDDLE = 50, _("in the middle")
    HALF_RIGHT = 75, _("right of the middle")
    RIGHT = 100, _("at the right")


class FocalY(models.IntegerChoices):
    """The same in per cent of its height."""

    TOP = 0, _("at the top")
    HALF_TOP = 25, _("above the middle")
    MIDDLE = 50, _("in the middle")
    HALF_BOTTOM = 75, _("below the middle")
    BOTTOM = 100, _("at the bottom")


class Picture(models.Model):
    """An uploaded original and the renditions made of it. Width and height are as displayed.

    `renditions` maps a format to a list of [width, path below MEDIA_ROOT], widths rising, such as
    {"webp": [[360, "renditions/ab/ab12-360.webp"]], "jpeg": [...]}; one JPEG until the worker made all.
    `failures` says of what could not be made why: of a format, or of "original" when that cannot be read.
    """

    original = models.FileField(_("file"), upload_to=original_path)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False, unique=True)
    name = models.CharField(_("file name"), max_length=160, editable=False, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        _("what matters, across"), choices=FocalX, default=FocalX.MIDDLE,
        help_text=_("Where a picture is cropped, this part stays in view."),
    )  # fmt: skip
    focal_y = models.PositiveSmallIntegerField(
        _("what matters, from top to bottom"), choices=FocalY, default=FocalY.MIDDLE
    )
    renditions = models.JSONField(default=dict, editable=False)
    failures = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.name or str(self.original)

    @property
    def is_rendered(self) -> bool:
        """Whether the row names every rendition that a picture of this width has."""
        return self.has_renditions(imaging.WRITTEN)

    def has_renditions(self, formats: Iterable[str]) -> bool:
        """Whether the row names every rendition in these formats."""
        expected = imaging.widths_for(self.width)
        return all([width for width, _path in self.renditions.get(name, [])] == expected for name in formats)

    @property
    def problem(self) -> str:
        """What could not be made of it and why, for the staff; mostly empty."""
        what = {ORIGINAL: _("the uploaded file"), "avif": "AVIF", "webp": "WebP", "jpeg": "JPEG"}
        return ", ".join(f"{what.get(name, name)} ({why})" for name, why in self.failures.items())

    @property
    def focal_class(self) -> str:
        """The CSS class that keeps the focal point in view where the picture is cropped; mostly empty."""
        is_central = (self.focal_x, self.focal_y) == (FocalX.MIDDLE, FocalY.MIDDLE)
        return "" if is_central else f"focus-x-{self.focal_x} focus-y-{self.focal_y}"

    @property
    def sources(self) -> list[Source]:
        """What <source> elements say, best format first. No query."""
        return [
            {"type": MIME_TYPES[name], "srcset": ", ".join(f"{_url(path)} {width}w" for width, path in made)}
            for name, made in self._renditions()
        ]

    @property
    def src(self) -> str:
        """The address for browsers that know no srcset. No query."""
        return self.url(FALLBACK_WIDTH)

    @property
    def display_width(self) -> int:
        """The width in pixels of the file that `src` names."""
        return self._fallback(FALLBACK_WIDTH)[0]

    @property
    def display_height(self) -> int:
        """The height in pixels of the file that `src` names."""
        return max(1, round(self.height * self.display_width / self.width))

    def url(self, width: int) -> str:
        """Return the address of the smallest JPEG at least `width` pixels wide, or the widest. No query.

        Without a JPEG, the next best format; without any, a picture that says so. Never the original.
        """
        path = self._fallback(width)[1]
        return _url(path) if path else static(COMING)

    def file(self, width: int) -> Path | None:
        """Return the file of which `url` is the address; None without one."""
        path = self._fallback(width)[1]
        return _path(path) if path else None

    def _fallback(self, width: int) -> tuple[int, str]:
        made = next((self.renditions[name] for name in FALLBACKS if self.renditions.get(name)), None)
        if made is None:
            return self.width, ""
        best = next((pair for pair in made if pair[0] >= width), made[-1])
        return best[0], best[1]

    def _renditions(self) -> list[tuple[str, list[tuple[int, str]]]]:
        return [(name, self.renditions[name]) for name in imaging.WRITTEN if self.renditions.get(name)]


def store(file: Any, *, name: str) -> Picture:
    """Keep an uploaded picture with a first rendition, enqueue the others; the same bytes give the same row.

    `file` is anything with read(). Raises PictureRefused, before decoding when it is too large.
    """
    data = picture_uploads.read(file)
    sha256 = hashlib.sha256(data).hexdigest()
    known = Picture.objects.filter(sha256=sha256).first()
    if known is not None and _path(str(known.original)).is_file():
        return known
    return _store_new(data, sha256, name)


def _store_new(data: bytes, sha256: str, name: str) -> Picture:
    facts, first = picture_uploads.check(data, width=FALLBACK_WIDTH)
    fields = {"width": facts.width, "height": facts.height, "name": Path(name).name[:160]}
    path = original_path(Picture(sha256=sha256), f"original.{facts.ending}")
    imaging.write_whole(_path(path), data, mode=PRIVATE_FILE)
    fields |= {"original": path, "renditions": first}
    with transaction.atomic():
        picture, is_new = Picture.objects.get_or_create(sha256=sha256, defaults=fields)
        if is_new:
            make_renditions.enqueue(picture_id=picture.pk)
    return picture


@jobs.job(priority=jobs.PICTURE)
def make_renditions(picture_id: int) -> None:
    """Make a stored picture's renditions, unless that has been done or the picture is gone."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is not None:
        render(picture)


def render(picture: Picture) -> None:
    """Make the picture's renditions and show them, the quick formats first; nothing when all are there.

    What cannot be made is noted in the row, for the staff: another try would end in the same way.
    """
    tried: set[str] = set()
    for formats in (imaging.QUICK, tuple(imaging.WRITTEN)):
        missing = [name for name in formats if name not in tried and not _is_complete(picture, [name])]
        if missing:
            keep(picture, write(picture, formats=missing))
            tried.update(missing)


def write(picture: Picture, *, formats: Iterable[str]) -> imaging.Written:
    """Write the rendition files of these formats, without touching the database: safe in any thread."""
    try:
        data = _path(str(picture.original)).read_bytes()
        return imaging.write_renditions(
            data,
            settings.MEDIA_ROOT,
            max_pixels=settings.PICTURE_MAX_PIXELS,
            formats=formats,
            avif_speed=settings.PICTURE_AVIF_SPEED,
        )
    except (FileNotFoundError, imaging.UnreadableImage, imaging.TooManyPixels) as error:
        return imaging.Written({}, {ORIGINAL: f"{type(error).__name__}: {error}"})


def keep(picture: Picture, written: imaging.Written) -> None:
    """Add to a picture what was made of it and what could not be; public pages show it from now on."""
    with transaction.atomic():
        row = Picture.objects.select_for_update().get(pk=picture.pk)
        picture.renditions = row.renditions | written.renditions
        solved = {ORIGINAL, *written.renditions}
        rest = {name: why for name, why in row.failures.items() if name not in solved}
        picture.failures = rest | written.failures
        fields = {"renditions": picture.renditions, "failures": picture.failures}
        Picture.objects.filter(pk=picture.pk).update(**fields)
        freshness.bump()


def _is_complete(picture: Picture, formats: Iterable[str]) -> bool:
    files = [path for name in formats for _width, path in picture.renditions.get(name, [])]
    return picture.has_renditions(formats) and all(_path(path).is_file() for path in files)


def unfinished(formats: Iterable[str]) -> list[Picture]:
    """Return every picture that lacks renditions in these formats, in its row or on the disk. One query."""
    return [picture for picture in Picture.objects.order_by("pk") if not _is_complete(picture, formats)]


def _path(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path


def _url(path: str) -> str:
    return f"{settings.MEDIA_URL}{path}"


class PictureField(forms.FileField):
    """A form field that takes an upload and gives a Picture; what was chosen before stays.

    What was uploaded is stored at once, so a form with an error elsewhere can carry it on: see PictureInput.
    """

    widget = PictureInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Have the browser offer pictures only."""
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp,image/avif"}

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what a form shows that was sent: the picture just stored, else the one at hand."""
        return data if isinstance(data, KeptUpload) or hasattr(data, "stored_picture") else initial

    def prepare_value(self, value: Any) -> Any:
        """Return the Picture to show: a form knows the one at hand by its key. One query."""
        if isinstance(value, KeptUpload):
            return _as_kept(Picture.objects.filter(pk=value.picture_id).first())
        if stored := getattr(value, "stored_picture", None):
            return _as_kept(stored)
        return Picture.objects.filter(pk=value).first() if isinstance(value, int) else value

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        """Return the uploaded Picture, the earlier one, or None when it was cleared."""
        if isinstance(data, KeptUpload):
            data = self.prepare_value(data)
            if data is not None:
                return data
        upload = super().clean(data, initial)
        if isinstance(upload, File):
            upload.stored_picture = picture = store(upload, name=upload.name or "")  # type: ignore[attr-defined]
            return picture
        chosen: Picture | None = self.prepare_value(upload) or None
        return chosen


def _as_kept(picture: Picture | None) -> Picture | None:
    """Mark a picture as uploaded with a form that is not saved yet."""
    if picture is not None:
        picture.is_kept_upload = True  # type: ignore[attr-defined]
    return picture
