"""Pictures of which no rendition can be made: refused at once, or noted for the staff."""

import io

import pytest
from django.core.management import call_command

from foundation import imaging, jobs, pictures
from foundation.models import Picture
from foundation.pictures import PictureRefused
from tests.foundation.images import image_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def store(data: bytes) -> Picture:
    return pictures.store(io.BytesIO(data), name="panpipes.png")


def rendered(data: bytes) -> Picture:
    picture = store(data)
    jobs.run_due()
    picture.refresh_from_db()
    return picture


def first_page(client) -> str:
    return " ".join(client.get("/admin/").content.decode().split())


@pytest.mark.parametrize("size", [(1, 20_000), (20_000, 1), (16_384, 10), (10, 16_384)])
def test_a_side_that_no_format_for_the_web_can_hold_is_refused_with_the_limit(size):
    for form in ("PNG", "JPEG"):
        with pytest.raises(PictureRefused) as refusal:
            store(image_bytes(form, size=size))
        assert refusal.value.messages == [
            f"One side of the picture is {max(size)} pixels long; 16383 is the most. Please make it smaller."
        ]
    assert not Picture.objects.exists()


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 16_383), (16_383, 1), (1500, 16_383), (16_383, 1500)])
def test_whatever_is_taken_has_every_rendition(size):
    picture = rendered(image_bytes(size=size))
    assert picture.is_rendered
    assert picture.failures == {}


def test_a_format_that_cannot_be_made_is_noted_for_the_staff_and_tried_once(monkeypatch, owner_client):
    picture = store(image_bytes(size=(400, 500)))
    monkeypatch.setitem(imaging.WRITTEN, "avif", ("avif", {"format": "AVIF", "quality": "broken"}))
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    assert not jobs.BackgroundJob.objects.failed().exists()
    picture.refresh_from_db()
    assert [source["type"] for source in picture.sources] == ["image/webp", "image/jpeg"]
    assert "AVIF" in picture.problem
    assert '<a href="/admin/foundation/picture/?failed=yes"><b>1</b>' in first_page(owner_client)
    assert "AVIF (" in owner_client.get("/admin/foundation/picture/?failed=yes").content.decode()
    monkeypatch.undo()
    call_command("make_renditions")
    picture.refresh_from_db()
    assert picture.is_rendered
    assert picture.problem == ""
    assert "failed=yes" not in first_page(owner_client)


def test_without_a_jpeg_a_page_shows_the_next_best_form(client):
    picture = rendered(image_bytes(size=(400, 500)))
    for missing in ("jpeg", "webp"):
        del picture.renditions[missing]
        [best, *_others] = [form for form in ("webp", "avif") if form in picture.renditions]
        assert picture.src.endswith(f".{best}")
        assert client.get(picture.src).getvalue()


def test_a_lost_original_is_noted_and_what_was_made_of_it_stays(media):
    picture = store(image_bytes())
    (media / picture.original.name).unlink()
    jobs.run_due()
    picture.refresh_from_db()
    assert "the uploaded file (FileNotFoundError" in picture.problem
    assert (media / picture.src.removeprefix("/media/")).exists()
