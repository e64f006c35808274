"""Codes: hard to guess, easy to type."""

import pytest

from shop.giftcards import codes


def test_a_code_has_sixteen_letters_of_an_alphabet_that_nobody_misreads():
    made = {codes.new() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code) == 19 and [len(group) for group in code.split("-")] == [4] * 4 for code in made)
    letters = set("".join(made)) - {"-"}
    assert letters == set("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    assert not letters & set("IO01")


def test_codes_are_no_sequence_of_a_seed(monkeypatch):
    monkeypatch.setattr(codes.secrets, "choice", lambda alphabet: alphabet[0])
    assert codes.new() == "AAAA-AAAA-AAAA-AAAA"


@pytest.mark.parametrize(
    "typed",
    ["ABCD-EFGH-JKLM-7F3K", "abcdefghjklm7f3k", " abcd efgh jklm 7f3k\n", "A-B-C-D-EFGHJKLM7F3K",
     "ＡＢＣＤ.EFGH.JKLM.7F3K"],
)  # fmt: skip
def test_a_code_is_the_same_however_it_is_typed(typed):
    assert codes.normalised(typed) == "ABCDEFGHJKLM7F3K"
    assert codes.readable(typed) == "ABCDEFGHJKLM7F3K"
    assert codes.hashed(typed) == codes.hashed("ABCD-EFGH-JKLM-7F3K")
    assert codes.hint_of(typed) == "7F3K"


@pytest.mark.parametrize(
    "typed",
    ["", "WELCOME10", "A" * 11, "A" * 41, "A" * 10_000, "-" * 10_000, "ABCDEFGHJKLM\0007F3K", "💥" * 16,
     "' OR 1=1 --", "\ud800" * 16, "﷽" * 200],
)  # fmt: skip
def test_what_cannot_be_a_code_is_none(typed):
    assert codes.readable(typed) == ""


def test_twelve_to_forty_letters_can_be_a_code():
    assert codes.readable("DEMO-CARD-2026")
    assert codes.readable("a" * 12) == "A" * 12
    assert codes.readable("a" * 40) == "A" * 40


def test_the_hash_is_a_plain_sha_256():
    assert codes.hashed("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len(codes.hashed("ABCD-EFGH-JKLM-7F3K")) == 64


def test_a_masked_code_shows_its_end_alone():
    assert codes.masked("7F3K") == "XXXX-XXXX-XXXX-7F3K"
