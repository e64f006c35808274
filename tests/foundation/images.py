"""Image files made on the spot for tests."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def image_bytes(
    form: str = "PNG", size: tuple[int, int] = (800, 1000), mode: str = "RGB", **options: Any
) -> bytes:
    """Return a file whose left half is red and right half blue."""
    width, height = size
    image = Image.new("RGB", size, "red")
    image.paste("blue", (width // 2, 0, width, height))
    out = io.BytesIO()
    image.convert(mode).save(out, form, **options)
    return out.getvalue()


def turned_jpeg(orientation: int) -> bytes:
    """Return an 800 x 1000 JPEG that says in its EXIF data how a camera was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A camera"
    return image_bytes("JPEG", exif=exif)


def png_bomb(width: int, height: int) -> bytes:
    """Return a tiny PNG file whose header claims these many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
