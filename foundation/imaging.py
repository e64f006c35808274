"""Pixels: read an image safely and write its smaller renditions. Knows Pillow, no database."""

import hashlib
import io
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

WIDTHS = (240, 360, 480, 720, 960, 1280, 1600)  # thumbnails, half and whole phones, columns, screens
READABLE = ("JPEG", "PNG", "WEBP", "AVIF")
ENDINGS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}  # MPO: phones' JPEG
WRITTEN: dict[str, tuple[str, dict[str, object]]] = {  # our name -> ending and Pillow's options, best first
    "avif": ("avif", {"format": "AVIF", "quality": 50}),  # a third smaller, ten times as slow
    "webp": ("webp", {"format": "WEBP", "quality": 80, "method": 2}),  # method 4: 3 % smaller, 2.8 x slower
    "jpeg": ("jpg", {"format": "JPEG", "quality": 82, "progressive": True, "optimize": True}),
}
HUNGRY = {"WEBP": 9_000_000, "AVIF": 9_000_000}  # pixels: their decoders take 13 to 16 bytes for each
QUICK = ("webp", "jpeg")  # what every browser can show, made first
LONGEST_SIDE = 16_383  # pixels; the limit of WebP. Those of JPEG (65,500) and of AVIF are above it
MOST_PROFILE_BYTES = 1024  # a larger colour profile would outweigh the small renditions that it came with
ORIENTATION, UPRIGHT, SIDEWAYS = 0x0112, 1, 5  # the EXIF tag; from 5 up width and height are swapped
Renditions = dict[str, list[tuple[int, str]]]


class UnreadableImage(ValueError):
    """The data is no image of a format we take, or it is damaged."""


class TooManyPixels(ValueError):
    """The image is larger than we are willing to decode; `most` is its format's limit, if that is lower."""

    def __init__(self, text: str, *, most: int | None = None) -> None:
        super().__init__(text)
        self.most = most


class TooLong(ValueError):
    """A side is longer than a format that we write can hold; the argument is its length in pixels."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an image is: its file ending and its size in pixels as displayed."""

    ending: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing renditions: those that exist, and why a format could not be made."""

    renditions: Renditions
    failures: dict[str, str]


def inspect(data: bytes, *, max_pixels: int) -> Facts:
    """Return what the image is, after decoding it once to see that it is whole.

    The size is read from the header and checked before any pixel is decoded.
    Raises UnreadableImage, TooManyPixels, TooLong.
    """
    with _refusing_hostile_data(), _open(data, max_pixels) as image:
        width, height = image.size
        if max(image.size) > LONGEST_SIDE:
            raise TooLong(max(image.size))
        image.draft("RGB", (1, 1))  # a JPEG is read to its end, but at an eighth of its size
        image.load()
        if image.getexif().get(ORIENTATION, UPRIGHT) >= SIDEWAYS:
            width, height = height, width
        return Facts(ENDINGS[str(image.format)], width, height)


def widths_for(width: int) -> list[int]:
    """Return the rendition widths of an image this wide: never wider than the image itself."""
    return sorted({*(rung for rung in WIDTHS if rung < width), min(width, WIDTHS[-1])})


def write_renditions(
    data: bytes, folder: Path, *, max_pixels: int, formats: Iterable[str], avif_speed: int
) -> Written:
    """Write renditions in these formats below `folder`, named by their contents.

    Paths are relative to `folder`; `avif_speed` goes from 0, slow and small, to 10. Orientation is applied,
    metadata left out, colours are sRGB or come with their profile. A format that cannot be written is left
    out and named. Raises UnreadableImage, TooManyPixels.
    """
    with _refusing_hostile_data(), _open(data, max_pixels) as opened:
        opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # a large JPEG is decoded at a fraction of its size
        image, profile = _upright(opened)
    made: Renditions = {name: [] for name in formats}
    failures: dict[str, str] = {}
    for width in reversed(widths_for(image.width)):
        image = _scaled(image, width)
        for name in [name for name in made if name not in failures]:
            try:
                encoded = _encode(image, name, profile, avif_speed)
            except Exception as error:  # encoders raise almost anything
                failures[name] = f"{type(error).__name__}: {error}"
            else:
                made[name].insert(0, (width, _write(encoded, folder, width, WRITTEN[name][0])))
    return Written({name: files for name, files in made.items() if name not in failures}, failures)


def write_first(data: bytes, folder: Path, *, max_pixels: int, width: int) -> Renditions:
    """Write one JPEG at most `width` pixels wide, quickly and in little memory. Raises UnreadableImage."""
    with _refusing_hostile_data(), _open(data, max_pixels) as opened:
        opened.draft("RGB", (width, width))
        opened.load()
        factor = min(opened.size) // width  # the narrower side, since the image may yet be turned
        small = opened.reduce(factor) if factor > 1 and opened.mode in {"L", "RGB", "RGBA"} else opened
        image, profile = _upright(small)
        image = _scaled(image, min(image.width, width))
        path = _write(_encode(image, "jpeg", profile, 0), folder, image.width, "jpg")
    return {"jpeg": [(image.width, path)]}


@contextmanager
def _refusing_hostile_data() -> Iterator[None]:
    """Turn whatever decoders raise over hostile bytes, which is almost anything, into our errors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (UnreadableImage, TooManyPixels, TooLong):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(str(error)) from error
    except Exception as error:
        raise UnreadableImage(f"{type(error).__name__}: {error}") from error


def _open(data: bytes, max_pixels: int) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=READABLE)
    most = min(max_pixels, HUNGRY.get(str(image.format), max_pixels))
    if image.width * image.height > most:
        raise TooManyPixels(f"{image.width} x {image.height}", most=most)
    return image


def _upright(opened: Image.Image) -> tuple[Image.Image, bytes]:
    """Return the image as it is to be seen, and the colour profile that goes with it; sRGB needs none."""
    has_alpha = opened.has_transparency_data
    profile = opened.info.get("icc_profile") or b""
    image = ImageOps.exif_transpose(opened)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256, "L")
    keeps = image.mode in {"RGB", "RGBA"} and len(profile) <= MOST_PROFILE_BYTES and _is_rgb(profile)
    if profile and not keeps and image.mode in {"RGB", "CMYK"}:
        with suppress(ImageCms.PyCMSError, OSError):  # a broken profile says nothing
            image = _to_srgb(image, profile)
    return image.convert("RGBA" if has_alpha else "RGB"), profile if keeps else b""


def _is_rgb(profile: bytes) -> bool:
    try:
        return bool(ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip() == "RGB")
    except (ImageCms.PyCMSError, OSError):
        return False


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return converted or image


def _scaled(image: Image.Image, width: int) -> Image.Image:
    if image.width == width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, name: str, profile: bytes, avif_speed: int) -> bytes:
    options = WRITTEN[name][1] | ({"speed": avif_speed} if name == "avif" else {})
    if name == "jpeg" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    image.info.clear()  # no comment and no EXIF travels along
    if profile:
        options = options | {"icc_profile": profile}
    out = io.BytesIO()
    image.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _write(data: bytes, folder: Path, width: int, ending: str) -> str:
    digest = hashlib.sha256(data).hexdigest()[:20]
    path = f"renditions/{digest[:2]}/{digest}-{width}.{ending}"
    write_whole(folder / path, data)
    return path


def write_whole(target: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it exists whole or not at all, also after a power failure."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    whole = Path(part.name)
    whole.chmod(mode)
    whole.replace(target)
