"""foundation.email_typos: whom a question helps, and who is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import email_typos


@pytest.mark.parametrize(("typed", "meant"), [
    ("ada@gmial.com", "gmail.com"), ("ada@gmail.con", "gmail.com"), ("ada@gmail.cmo", "gmail.com"),
    ("ada@gmai.com", "gmail.com"), ("ada@gmaill.com", "gmail.com"), ("ada@gnail.com", "gmail.com"),
    ("ada@gmail.co", "gmail.com"), ("ada@gmail.cm", "gmail.com"), ("ada@GMIAL.COM", "gmail.com"),
    ("ada@gmial.con", "gmail.com"), ("ada@hotmial.com", "hotmail.com"), ("ada@hotmal.fr", "hotmail.fr"),
    ("ada@yaho.co.uk", "yahoo.co.uk"), ("ada@yahooo.de", "yahoo.de"), ("ada@outlok.com", "outlook.com"),
    ("ada@iclod.com", "icloud.com"), ("ada@t-onlin.de", "t-online.de"), ("ada@bauer.con", "bauer.com"),
    ("ada@aol.con", "aol.com"), ("ada@gmx.nte", "gmx.net"), ("ada@mail.bauer.cmo", "mail.bauer.com"),
    ("ada.b+shop@gmial.com", "gmail.com"),
])  # fmt: skip
def test_a_domain_one_letter_off_a_common_one_is_asked_about(typed, meant):
    person = typed.partition("@")[0]
    assert email_typos.hint(typed) == f"Did you mean {person}@{meant}?"


@pytest.mark.parametrize("domain", [
    "gmail.com", "mail.com", "ymail.com", "email.com", "gmx.net", "gmx.de", "gmx.at", "gmx.com",
    "web.de", "mail.de", "me.com", "mac.com", "aol.com", "yahoo.com", "yahoo.dk", "yahoo.de",
    "yahoo.es", "yahoo.com.br", "hotmail.de", "hotmail.dk", "live.com", "live.de", "icloud.com",
    "googlemail.com", "proton.me", "protonmail.com", "posteo.de", "outlook.de", "outlook.dk",
    "bauer.com", "customer.example", "bauer.co", "bauer.cm", "wp.pl", "op.pl", "qq.com", "163.com",
    "free.fr", "orange.fr", "mail.ru", "tmail.com.au", "bbc.co.uk", "köln.de",
])  # fmt: skip
def test_domains_that_exist_are_left_alone(domain):
    assert email_typos.hint(f"ada@{domain}") == ""


@pytest.mark.parametrize(
    "typed", ["", "@", "ada", "ada@", "@gmial.com", "ada@gmial", "ada@.con", "a" * 300 + "@gmial.com"]
)
def test_what_is_no_address_gets_no_hint(typed):
    assert email_typos.hint(typed) == ""


@given(st.text(max_size=60))
def test_a_suggestion_needs_no_second_one(text):
    meant = email_typos.suggestion(f"ada@{text}")
    assert not meant or email_typos.suggestion(meant) == ""
