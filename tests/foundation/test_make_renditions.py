"""All renditions that are missing, made by one command: the quick formats first, if asked."""

import io

import pytest
from django.core.management import call_command

from foundation import jobs, pictures
from foundation.models import Picture
from tests.foundation.images import image_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def store(data: bytes) -> Picture:
    return pictures.store(io.BytesIO(data), name="panpipes.png")


def test_all_missing_renditions_are_made_at_once(media, capsys):
    for width in (300, 400):
        store(image_bytes(size=(width, 500)))
    call_command("make_renditions")
    assert "2 pictures rendered." in capsys.readouterr().out
    assert all(picture.is_rendered for picture in Picture.objects.all())
    lost = Picture.objects.first()
    (media / lost.renditions["webp"][0][1]).unlink()
    call_command("make_renditions")
    call_command("make_renditions")
    assert capsys.readouterr().out.split("\n")[:2] == ["1 pictures rendered.", "0 pictures rendered."]


def test_one_picture_that_cannot_be_rendered_does_not_stop_the_others(media, capsys):
    broken, whole = store(image_bytes(size=(300, 500))), store(image_bytes(size=(400, 500)))
    (media / broken.original.name).unlink()
    call_command("make_renditions")
    assert "1 pictures rendered." in capsys.readouterr().out
    whole.refresh_from_db()
    assert whole.is_rendered


def test_quick_renditions_are_shown_before_the_slow_ones_are_made(media):
    picture = store(image_bytes())
    call_command("make_renditions", quick=True)
    picture.refresh_from_db()
    assert [source["type"] for source in picture.sources] == ["image/webp", "image/jpeg"]
    assert not picture.is_rendered
    kept = picture.renditions["webp"]
    jobs.run_due()
    picture.refresh_from_db()
    assert picture.is_rendered
    assert picture.renditions["webp"] == kept
