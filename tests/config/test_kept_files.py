"""A file that was chosen survives an ended session: for its own member of the staff, for a day, unseen."""

import os
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from blog.models import Author
from config import kept_files
from foundation.models import Picture
from tests.config.test_session_ended import end_session, hidden, sign_in_again
from tests.foundation.images import image_bytes
from tests.pages import shown_form

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/author/add/"


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def known(owner):
    """Return a browser that has signed in before, as people do, and whose session has ended."""
    client = Client()
    client.post("/admin/login/", {"username": "owner", "password": "owner-password", "next": "/admin/"})
    end_session()
    return client


def chosen():
    return SimpleUploadedFile("ada.png", image_bytes(), "image/png")


def ask(client):
    return client.post(ADD, {"name": "Ada", "slug": "ada", "picture": chosen()})


def kept():
    return list(kept_files.folder().glob("*"))


def test_a_chosen_picture_is_in_the_form_again_and_one_press_saves_it(known):
    asked = ask(known)
    assert "Files have to be chosen again" not in asked.content.decode()
    assert not Picture.objects.exists()

    shown = sign_in_again(known, ADD, asked)

    assert "“ada.png” is kept" in shown.content.decode()
    assert known.post(ADD, shown_form(shown)).status_code == 302
    assert Author.objects.get().picture == Picture.objects.get()


def test_a_wrong_password_loses_no_file(known):
    again = sign_in_again(known, ADD, ask(known), password="wrong")
    shown = sign_in_again(known, ADD, again)
    assert "“ada.png” is kept" in shown.content.decode()


def test_nobody_else_gets_it(known):
    User.objects.create_superuser("amara", "", "amara-password")
    shown = sign_in_again(known, ADD, ask(known), name="amara", password="amara-password")
    assert "ada.png" not in shown.content.decode()
    assert "Files have to be chosen again." in shown.content.decode()
    assert not Picture.objects.exists()


@pytest.mark.parametrize("forged", ["", "null", '{"picture": ["nonsense"]}', '{"picture": "x"}', "[" * 5000])
def test_a_forged_name_is_no_file(known, forged):
    sent = dict(hidden(ask(known), "sign-in-again")) | {"_files": forged}
    shown = known.post(ADD, sent | {"username": "owner", "password": "owner-password"})
    assert shown.status_code == 200
    assert "ada.png" not in shown.content.decode()


def test_of_a_stranger_no_file_is_kept(stranger, owner):
    asked = ask(stranger)
    assert "Files have to be chosen again." in asked.content.decode()
    assert kept() == []


def test_no_file_is_larger_than_a_picture_may_be(known, settings):
    settings.PICTURE_MAX_BYTES = 10
    assert "Files have to be chosen again." in ask(known).content.decode()
    assert kept() == []


def test_it_waits_a_day_where_only_the_shop_can_read_it(known):
    ask(known)
    [path] = kept()
    assert path.stat().st_mode & 0o077 == 0
    assert kept_files.forget_old() == 0
    yesterday = time.time() - kept_files.LIFETIME_SECONDS - 60
    os.utime(path, (yesterday, yesterday))
    assert kept_files.forget_old() == 1
    assert kept() == []


def test_after_a_day_it_has_to_be_chosen_again(known, time_machine):
    asked = ask(known)
    time_machine.move_to(timezone.now() + timedelta(seconds=kept_files.LIFETIME_SECONDS + 60))
    shown = sign_in_again(known, ADD, asked)
    assert "Files have to be chosen again." in shown.content.decode()
