"""Pictures: what is refused and why, what renditions look like, and what pages get from a row."""

import io
import tracemalloc

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from foundation import freshness, imaging, jobs, pictures
from foundation.models import Picture
from foundation.pictures import PictureField, PictureRefused
from tests.foundation.images import image_bytes, png_bomb, turned_jpeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def store(data: bytes, name: str = "panpipes.png") -> Picture:
    return pictures.store(io.BytesIO(data), name=name)


def rendered(data: bytes) -> Picture:
    picture = store(data)
    jobs.run_due()
    picture.refresh_from_db()
    return picture


def open_rendition(media, picture: Picture, form: str, width: int) -> Image.Image:
    with Image.open(media / dict(picture.renditions[form])[width]) as image:
        image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_four_formats_are_taken_and_kept_as_they_came(media, form):
    data = image_bytes(form)
    picture = store(data, name="whatever.exe")
    assert (picture.width, picture.height) == (800, 1000)
    assert (media / picture.original.name).read_bytes() == data
    sha256, ending = picture.sha256, imaging.ENDINGS[form]
    assert picture.original.name == f"originals/{sha256[:2]}/{sha256}.{ending}"


def test_a_phones_jpeg_of_several_pictures_is_a_jpeg():
    data = image_bytes("MPO", save_all=True, append_images=[Image.new("RGB", (80, 100))])
    picture = rendered(data)
    assert picture.original.name.endswith(".jpg")
    assert (picture.width, picture.height) == (800, 1000)
    assert picture.is_rendered


def test_a_large_jpeg_has_the_same_renditions_as_any_other(media):
    picture = rendered(image_bytes("JPEG", size=(4000, 5000)))
    assert (picture.width, picture.height) == (4000, 5000)
    assert open_rendition(media, picture, "jpeg", 1600).size == (1600, 2000)


def test_the_same_bytes_are_the_same_picture():
    first, second = store(image_bytes()), store(image_bytes(), name="copy.png")
    assert first.pk == second.pk
    assert jobs.run_due() == 1


def test_a_lost_original_comes_back_with_the_next_upload(media):
    picture = store(image_bytes())
    (media / picture.original.name).unlink()
    assert store(image_bytes()).pk == picture.pk
    assert (media / picture.original.name).exists()


@pytest.mark.parametrize("side", [30_000, 12_000, 6_000])
def test_a_bomb_is_refused_before_it_is_decoded(side):
    bomb = png_bomb(side, side)
    tracemalloc.start()
    with pytest.raises(PictureRefused, match="more than 25 million pixels"):
        store(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert not Picture.objects.exists()


REFUSED = {
    "text": b"I am no picture at all",
    "nothing": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "gif": image_bytes("GIF"),
    "header only": png_bomb(400, 400),
    "cut jpeg": image_bytes("JPEG")[:2000],
    "cut png": image_bytes("PNG")[:1000],
    "cut webp": image_bytes("WEBP")[:-200],
    "cut avif": image_bytes("AVIF")[:-200],
    "no rows": png_bomb(0, 10),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_whole_picture_is_refused_whatever_its_name(media, data):
    with pytest.raises(PictureRefused, match="no whole JPEG, PNG, WebP or AVIF"):
        store(data, name="innocent.png")
    assert not Picture.objects.exists()
    assert list(media.iterdir()) == []


def test_a_file_with_too_many_bytes_is_refused(settings):
    settings.PICTURE_MAX_BYTES = 2**20
    with pytest.raises(PictureRefused, match="larger than 1 MB"):
        store(bytes(2**20 + 1))


@pytest.mark.parametrize(("width", "expected"), [
    (1, [1]), (240, [240]), (800, [240, 360, 480, 720, 800]),
    (1600, [240, 360, 480, 720, 960, 1280, 1600]), (4000, [240, 360, 480, 720, 960, 1280, 1600]),
])  # fmt: skip
def test_renditions_are_never_wider_than_the_original(width, expected):
    assert imaging.widths_for(width) == expected


def test_renditions_are_named_by_their_contents_and_hold_what_they_say(media):
    picture = rendered(image_bytes())
    for form, kind in (("webp", "WEBP"), ("jpeg", "JPEG")):
        for width, _path in picture.renditions[form]:
            image = open_rendition(media, picture, form, width)
            assert (image.format, image.size) == (kind, (width, width * 5 // 4))
    assert not [path for path in media.rglob("*") if path.name.startswith(".new-")]


@pytest.mark.parametrize(("orientation", "size"), [(1, (800, 1000)), (3, (800, 1000)), (6, (1000, 800))])
def test_a_picture_stands_as_the_camera_was_held(media, orientation, size):
    picture = rendered(turned_jpeg(orientation))
    assert (picture.width, picture.height) == size
    image = open_rendition(media, picture, "jpeg", size[0]).convert("RGB")
    assert image.size == size
    corners = {
        1: {(50, 500): "red", (750, 500): "blue"},
        3: {(50, 500): "blue", (750, 500): "red"},
        6: {(500, 50): "red", (500, 750): "blue"},
    }
    for spot, colour in corners[orientation].items():
        red, _green, blue = image.getpixel(spot)
        assert (red > 200, blue > 200) == (colour == "red", colour == "blue")


def test_renditions_carry_no_metadata(media):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    commented = image_bytes("JPEG", comment=b"taken at home", xmp=b"<x:xmpmeta/>")
    profiled = image_bytes("JPEG", mode="L", icc_profile=profile)
    for picture in map(rendered, (turned_jpeg(6), commented, profiled)):
        for form in ("webp", "jpeg"):
            image = open_rendition(media, picture, form, 240)
            assert not image.getexif()
            assert not {"icc_profile", "comment", "xmp", "exif"} & image.info.keys()


@pytest.mark.parametrize(("form", "mode"), [
    ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "I;16"),
    ("JPEG", "CMYK"), ("WEBP", "RGBA"), ("AVIF", "RGBA"),
])  # fmt: skip
def test_every_colour_mode_is_rendered(form, mode):
    if mode == "I;16":
        out = io.BytesIO()
        Image.new("I;16", (400, 500), 32768).save(out, "PNG")
        data = out.getvalue()
    else:
        data = image_bytes(form, size=(400, 500), mode=mode)
    assert rendered(data).is_rendered


def test_sixteen_bit_grey_stays_grey(media):
    out = io.BytesIO()
    Image.new("I;16", (400, 500), 32768).save(out, "PNG")
    red = open_rendition(media, rendered(out.getvalue()), "jpeg", 400).convert("RGB").getpixel((9, 9))[0]
    assert 120 < red < 136


def test_transparency_stays_in_webp_and_turns_white_in_jpeg(media):
    out = io.BytesIO()
    Image.new("RGBA", (400, 500), (255, 0, 0, 0)).save(out, "PNG")
    picture = rendered(out.getvalue())
    assert open_rendition(media, picture, "webp", 400).getpixel((9, 9))[3] == 0
    assert open_rendition(media, picture, "jpeg", 400).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_from_the_upload_on_pages_have_one_jpeg_to_show(media, form, django_assert_num_queries):
    picture = store(image_bytes(form, size=(2400, 3000)))
    with django_assert_num_queries(0):
        assert [source["type"] for source in picture.sources] == ["image/jpeg"]
        assert (picture.display_width, picture.display_height) == (960, 1200)
        assert picture.url(80) == picture.url(2000) == picture.src
    with Image.open(media / picture.src.removeprefix("/media/")) as image:
        assert (image.format, image.size) == ("JPEG", (960, 1200))


def test_a_rendered_picture_offers_every_width_without_a_query(media, django_assert_num_queries):
    picture = rendered(image_bytes(size=(1600, 2000)))
    with django_assert_num_queries(0):
        avif, webp, jpeg = picture.sources
        types = [source["type"] for source in (avif, webp, jpeg)]
        assert types == ["image/avif", "image/webp", "image/jpeg"]
        widths = [entry.split()[1] for entry in webp["srcset"].split(", ")]
        assert widths == ["240w", "360w", "480w", "720w", "960w", "1280w", "1600w"]
        assert (picture.display_width, picture.display_height) == (960, 1200)
        assert picture.src == picture.url(960)
    assert [picture.url(width).split("-")[1] for width in (1, 360, 361, 9999)] == [
        "240.jpg", "360.jpg", "480.jpg", "1600.jpg"
    ]  # fmt: skip
    assert (media / picture.src.removeprefix("/media/")).exists()


def test_a_rendition_refreshes_public_pages():
    store(image_bytes())
    before = freshness.current()
    jobs.run_due()
    assert freshness.current() != before


def test_rendering_again_changes_nothing():
    picture = rendered(image_bytes())
    before = (freshness.current(), picture.renditions)
    pictures.render(picture)
    picture.refresh_from_db()
    assert (freshness.current(), picture.renditions) == before


def test_the_job_of_a_deleted_picture_ends_quietly():
    store(image_bytes()).delete()
    assert jobs.run_due() == 1


class UploadForm(forms.Form):
    """A form with nothing but a picture."""

    picture = PictureField(required=False)


def upload(data: bytes) -> dict[str, SimpleUploadedFile]:
    return {"picture": SimpleUploadedFile("flute.png", data)}


def test_the_form_field_gives_a_picture():
    form = UploadForm({}, upload(image_bytes()))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["picture"] == Picture.objects.get()
    assert form.cleaned_data["picture"].name == "flute.png"


def test_the_form_field_says_next_to_itself_what_is_wrong():
    form = UploadForm({}, upload(b"no picture"))
    assert "no whole JPEG" in form.errors["picture"][0]
    assert "empty" in UploadForm({}, upload(b"")).errors["picture"][0]


def test_the_form_field_keeps_the_earlier_picture_unless_it_is_cleared():
    earlier = store(image_bytes())
    for initial in (earlier, earlier.pk):
        form = UploadForm({}, {}, initial={"picture": initial})
        assert form.is_valid()
        assert form.cleaned_data["picture"] == earlier
        assert not form.has_changed()
    cleared = UploadForm({"picture-clear": "on"}, {}, initial={"picture": earlier.pk})
    assert cleared.is_valid()
    assert cleared.cleaned_data["picture"] is None


def test_the_control_shows_the_picture_at_hand_and_offers_to_remove_it():
    earlier = store(image_bytes())
    html = str(UploadForm(initial={"picture": earlier.pk})["picture"])
    assert f'src="{earlier.src}"' in html
    assert 'name="picture-clear"' in html
    assert 'accept="image/jpeg,image/png,image/webp,image/avif"' in html
    assert "<img" not in str(UploadForm()["picture"])


@pytest.mark.parametrize(
    ("form", "is_taken"), [("PNG", True), ("JPEG", True), ("WEBP", False), ("AVIF", False)]
)
def test_formats_that_unpack_into_much_memory_may_have_fewer_pixels(monkeypatch, form, is_taken):
    monkeypatch.setattr(imaging, "HUNGRY", dict.fromkeys(imaging.HUNGRY, 99))
    data = image_bytes(form, size=(10, 10))
    if is_taken:
        assert imaging.inspect(data, max_pixels=100).width == 10
        return
    with pytest.raises(imaging.TooManyPixels) as refusal:
        imaging.inspect(data, max_pixels=100)
    assert refusal.value.most == 99


def test_the_focal_point_is_named_only_where_it_is_not_the_middle():
    assert Picture().focal_class == ""
    assert Picture(focal_x=0, focal_y=75).focal_class == "focus-x-0 focus-y-75"
