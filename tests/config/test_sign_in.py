"""Guessing passwords is slow, by address and by account; honest staff never notice."""

import datetime as dt
import logging

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db
LOGIN, CHANGE = "/admin/login/", "/admin/password_change/"
NEW = {"new_password1": "a-brand-new-secret", "new_password2": "a-brand-new-secret"}


@pytest.fixture(autouse=True)
def passwords(settings, owner, moderator):
    settings.LIMIT_SIGN_IN = (1000, 600)
    for user in (owner, moderator):
        user.set_password(f"{user.username}-password")
        user.save()


def sign_in(client, password, username="owner", **headers):
    data = {"username": username, "password": password, "next": "/admin/"}
    return client.post(LOGIN, data, **headers)


def guess(times, client=None, **headers):
    """Guess at the owner so often; return how many of the guesses were looked at."""
    answers = [sign_in(client or Client(), "guess", **headers) for _ in range(times)]
    return sum(answer.status_code == 200 for answer in answers)


def test_the_right_password_signs_in(client):
    assert sign_in(client, "owner-password").status_code == 302


def test_after_too_many_failures_of_an_address_even_the_right_password_has_to_wait(client, settings):
    settings.LIMIT_SIGN_IN = (3, 600)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            assert "correct username and password" in sign_in(client, "guess").content.decode()
        answer = sign_in(client, "owner-password")
        assert (answer.status_code, answer["Retry-After"]) == (429, "600")
        page = answer.content.decode()
        assert "Too many attempts. Please try again in 10 minutes." in page
        assert 'value="owner"' in page
        clock.shift(dt.timedelta(minutes=11))
        assert sign_in(client, "owner-password").status_code == 302


def test_another_address_is_not_stopped_with_it(client, settings):
    settings.LIMIT_SIGN_IN = (3, 600)
    guess(4, REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, "owner-password").status_code == 302


def test_signing_in_often_is_no_offence(client, settings):
    settings.LIMIT_SIGN_IN = (3, 600)
    assert [sign_in(client, "owner-password").status_code for _ in range(6)] == [302] * 6


def test_signing_in_to_one_account_forgives_no_guesses_at_another(settings):
    looked_at = 0
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(18):
            looked_at += guess(3)
            assert sign_in(Client(), "moderator-password", "moderator").status_code == 302
    assert looked_at == 5


def test_an_address_is_forgiven_its_own_right_passwords_alone(settings):
    settings.LIMIT_SIGN_IN = (6, 600)
    for name in ("a", "b", "c", "d", "e", "f"):
        sign_in(Client(), "guess", name)
    assert sign_in(Client(), "moderator-password", "moderator").status_code == 429


@pytest.mark.parametrize("written", ["owner", "OWNER", " owner ", "ｏｗｎｅｒ"])
def test_an_account_is_counted_from_all_addresses_and_however_it_is_written(written):
    with time_machine.travel(timezone.now(), tick=False):
        for n in range(5):
            assert guess(1, REMOTE_ADDR=f"203.0.113.{n}") == 1
        answer = sign_in(Client(), "guess", written, REMOTE_ADDR="198.51.100.1")
        assert answer.status_code == 429
        assert "Please try again in 1 second." in answer.content.decode()


def test_pauses_double_up_to_five_minutes_and_end_by_waiting_them_out():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(5)
        pauses = []
        for _ in range(12):
            answer = sign_in(Client(), "guess")
            assert answer.status_code == 429
            pauses.append(int(answer["Retry-After"]))
            clock.shift(pauses[-1])
            assert guess(1) == 1
        assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
        clock.shift(300)
        assert sign_in(Client(), "owner-password").status_code == 302
        assert guess(5) == 5


def test_whoever_signed_in_here_before_is_not_slowed_by_strangers(client):
    with time_machine.travel(timezone.now(), tick=False):
        assert sign_in(client, "owner-password").status_code == 302
        client.post("/admin/logout/")
        guess(50, REMOTE_ADDR="203.0.113.9")
        assert sign_in(Client(), "owner-password").status_code == 429
        assert sign_in(client, "owner-password").status_code == 302


def test_a_known_browser_is_slowed_by_its_own_guesses(client):
    with time_machine.travel(timezone.now(), tick=False):
        sign_in(client, "owner-password")
        client.post("/admin/logout/")
        assert guess(20, client) == 5


def test_a_new_password_makes_old_browsers_unknown(client, owner):
    with time_machine.travel(timezone.now(), tick=False):
        sign_in(client, "owner-password")
        owner.set_password("another-password")
        owner.save()
        guess(5)
        assert sign_in(client, "another-password").status_code == 429


@pytest.mark.parametrize("cookie", ["", "x", "1:abc", "9" * 400, "é:1", "1:" + "a" * 32 + ":1abcde:sig"])
def test_a_forged_device_is_a_stranger(client, cookie):
    client.cookies["kora_device"] = cookie
    with time_machine.travel(timezone.now(), tick=False):
        assert guess(7, client) == 5


def test_one_accounts_browser_is_a_stranger_to_another(client):
    with time_machine.travel(timezone.now(), tick=False):
        sign_in(client, "moderator-password", "moderator")
        client.post("/admin/logout/")
        guess(5)
        assert sign_in(client, "owner-password").status_code == 429


def test_unknown_accounts_are_answered_as_known_ones_are():
    with time_machine.travel(timezone.now(), tick=False):
        known = [sign_in(Client(), "guess", "owner") for _ in range(6)]
        unknown = [sign_in(Client(), "guess", "nobody") for _ in range(6)]
    errors = [
        [str(answer.context["form"].non_field_errors()) for answer in seen] for seen in (known, unknown)
    ]
    assert errors[0] == errors[1]
    assert [a.status_code for a in known] == [a.status_code for a in unknown] == [200] * 5 + [429]


def test_guesses_at_the_old_password_count_as_those_at_the_sign_in_do(client):
    sign_in(client, "owner-password")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        wrong = [client.post(CHANGE, {"old_password": "guess"} | NEW).status_code for _ in range(6)]
        assert wrong == [200] * 5 + [429]
        assert client.post(CHANGE, {"old_password": "owner-password"} | NEW).status_code == 429
        clock.shift(1)
        assert client.post(CHANGE, {"old_password": "owner-password"} | NEW).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_guesses_at_the_old_password_count_for_the_address(client, settings):
    settings.LIMIT_SIGN_IN = (3, 600)
    sign_in(client, "owner-password")
    for _ in range(3):
        client.post(CHANGE, {"old_password": "guess"} | NEW)
    assert sign_in(Client(), "moderator-password", "moderator").status_code == 429


def test_strangers_cannot_keep_signed_in_staff_from_changing_the_password(client):
    sign_in(client, "owner-password")
    guess(30, REMOTE_ADDR="203.0.113.9")
    assert client.post(CHANGE, {"old_password": "owner-password"} | NEW).status_code == 302


def test_failures_are_logged_without_the_password_and_on_one_line(client, caplog):
    with caplog.at_level(logging.WARNING, "config.sign_in"):
        sign_in(client, "hunter2", "eve\nfake line", REMOTE_ADDR="203.0.113.9")
    [record] = caplog.records
    assert "203.0.113.9" in record.getMessage()
    assert "hunter2" not in record.getMessage()
    assert "\n" not in record.getMessage()


@pytest.mark.parametrize("username", ["\0", "x" * 5000, "\ud800", "'; --", ""])
def test_no_user_name_breaks_the_sign_in(client, username):
    assert sign_in(client, "guess", username.encode("utf-8", "replace").decode()).status_code == 200


def test_a_password_that_changed_ends_other_sessions_and_so_does_deactivating(client, owner):
    sign_in(client, "owner-password")
    other = Client()
    sign_in(other, "owner-password")
    client.post(CHANGE, {"old_password": "owner-password"} | NEW)
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    User.objects.update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_a_session_ends_twelve_hours_after_its_last_use(client):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, "owner-password")
        for _ in range(3):
            clock.shift(dt.timedelta(hours=11))
            assert client.get("/admin/").status_code == 200
        clock.shift(dt.timedelta(hours=12, seconds=1))
        assert client.get("/admin/").status_code == 302


def test_looking_at_the_shop_writes_no_session(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, "owner-password")
        clock.shift(dt.timedelta(hours=1))
        assert session_cookie(client.get("/pages/about/")) is None
        assert session_cookie(client.get("/admin/")) is not None
        assert session_cookie(client.get("/admin/")) is None


def session_cookie(response):
    """The session cookie that an answer sets, if it does."""
    return response.cookies.get("kora_staff")
