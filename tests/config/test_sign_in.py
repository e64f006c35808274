"""Guessing passwords ends soon; honest staff never notice."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def few_attempts(settings, owner):
    settings.LIMIT_SIGN_IN = (3, 600)
    owner.set_password("owner-password")
    owner.save()


def sign_in(client, password, **headers):
    data = {"username": "owner", "password": password, "next": "/admin/"}
    return client.post(LOGIN, data, **headers)


def test_the_right_password_signs_in(client):
    assert sign_in(client, "owner-password").status_code == 302


def test_after_too_many_failures_even_the_right_password_has_to_wait(client):
    for _ in range(3):
        assert "correct username and password" in sign_in(client, "guess").content.decode()
    page = sign_in(client, "owner-password").content.decode()
    assert "Too many attempts. Please try again in 10 minutes." in page
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
        assert sign_in(client, "owner-password").status_code == 302


def test_another_address_is_not_locked_out(client):
    for _ in range(4):
        sign_in(client, "guess", REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, "owner-password").status_code == 302


def test_signing_in_often_is_no_offence(client):
    assert [sign_in(client, "owner-password").status_code for _ in range(6)] == [302] * 6
