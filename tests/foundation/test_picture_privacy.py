"""What a photo tells besides what it shows: nothing of it is public, in no format and at no time."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image, ImageCms, PngImagePlugin

from foundation import jobs, pictures
from foundation.models import Picture
from tests.foundation.images import image_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

SECRET = "KoraHome52.520008N"
GPS_IFD, MAKER_NOTE, USER_COMMENT, ORIENTATION = 0x8825, 0x927C, 0x9286, 0x0112


def exif_with_position() -> Image.Exif:
    """Return what a phone writes: a position, a maker's note, and how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = exif[0x013B] = SECRET
    exif.get_ifd(0x8769).update({MAKER_NOTE: SECRET.encode(), USER_COMMENT: SECRET.encode()})
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 17.0), 27: SECRET})
    return exif


def photo(form: str) -> bytes:
    """Return a photo, held sideways, that says its secret wherever its format has room for one."""
    everywhere: dict[str, Any] = {
        "exif": exif_with_position(),
        "xmp": f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode(),
    }
    if form == "JPEG":
        everywhere |= {"comment": SECRET.encode()}
    if form == "PNG":
        everywhere = {"exif": exif_with_position(), "pnginfo": png_texts()}
    data = image_bytes(form, **everywhere)
    if form == "JPEG":  # IPTC, and whatever stands behind the picture
        iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(SECRET).to_bytes(4, "big") + SECRET.encode()
        data = data[:2] + b"\xff\xed" + (len(iptc) + 2).to_bytes(2, "big") + iptc + data[2:] + SECRET.encode()
    return data


def png_texts() -> PngImagePlugin.PngInfo:
    """Return text chunks of all three kinds."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET)
    texts.add_text("Location", SECRET, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", SECRET)
    return texts


def served(client, picture: Picture) -> dict[str, bytes]:
    """Return everything that addresses of the picture answer with."""
    srcset = " ".join(source["srcset"] for source in picture.sources)
    urls = {picture.src, picture.url(1), picture.url(9999), *re.findall(r"/media/\S+", srcset)}
    return {url: client.get(url).getvalue() for url in urls}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_that_is_served_says_where_a_photo_was_taken(client, form):
    data = photo(form)
    assert SECRET.encode() in data, "or this test proves nothing"
    picture = pictures.store(io.BytesIO(data), name="home.jpg")
    before = served(client, picture)
    jobs.run_due()
    picture.refresh_from_db()
    after = served(client, picture)
    assert len(before) == 1
    assert len(after) > 10
    for body in [*before.values(), *after.values()]:
        assert SECRET.encode() not in body
        with Image.open(io.BytesIO(body)) as image:
            image.load()
            assert image.width > image.height, "it stands as the camera was held"
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "photoshop", "Comment", "Location"} & image.info.keys()


def test_originals_stay_unreachable_when_renditions_are_lost(client, media):
    picture = pictures.store(io.BytesIO(photo("JPEG")), name="home.jpg")
    for file in (media / "renditions").rglob("*.jpg"):
        file.unlink()
    assert client.get(picture.src).status_code == 404
    call_command("make_renditions", quick=True)
    picture.refresh_from_db()
    assert SECRET.encode() not in client.get(picture.src).getvalue()
    assert client.get(f"/media/{picture.original}").status_code == 404


def test_nginx_is_told_of_renditions_alone():
    text = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"location (\S*media\S*) ", text) == ["/media/renditions/"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_keep_the_profile_that_they_were_taken_with(client, form):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = pictures.store(io.BytesIO(image_bytes(form, icc_profile=profile)), name="wide.jpg")
    first = served(client, picture)
    jobs.run_due()
    picture.refresh_from_db()
    for body in [*first.values(), *served(client, picture).values()]:
        with Image.open(io.BytesIO(body)) as image:
            assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("profile", [b"no profile", bytes(400), b"x" * 5000])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_broken_profile_says_nothing_and_stops_nothing(form, profile):
    picture = pictures.store(io.BytesIO(image_bytes(form, icc_profile=profile)), name="odd.jpg")
    jobs.run_due()
    picture.refresh_from_db()
    assert picture.is_rendered


def test_an_original_is_never_an_address(client, media):
    picture = pictures.store(io.BytesIO(image_bytes()), name="panpipes.png")
    picture.renditions = {}
    for url in (picture.src, picture.url(80), picture.url(5000)):
        assert url.startswith("/static/")
    assert client.get(f"/media/{picture.original.name}").status_code == 404
    assert (media / picture.original.name).stat().st_mode & 0o077 == 0
