"""Text folds the same in Python, on SQLite and on PostgreSQL, and admin searches fold."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import CharField, Value
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Author
from foundation import folding
from tests.blog.builders import make_author
from tests.builders import make_product, make_variant

SPELLINGS = [
    ("Søren Kierkegård", "soren kierkegard"), ("ŁUKASZ", "łukasz"), ("Straße", "STRASSE"),
    ("Œuvre", "oeuvre"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("Владимир", "ВЛАДИМИР"), ("İstanbul", "ıstanbul"), ("Ｋｏｒａ", "kora"),
    ("كِتَاب", "كتاب"), ("שָׁלוֹם", "שלום"),
    ("Nguyễn", "NGUYEN"), ("Jalapeño", "JALAPEN\u0303O"), ("한국", "한국"),
    ("O’Brien", "o'brien"), ("Æthelþryð", "aethelthryd"),
]  # fmt: skip


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert folding.fold(folding.fold(text)) == folding.fold(text)


@pytest.mark.parametrize(("stored", "typed"), SPELLINGS)
def test_spellings_of_the_same_fold_alike(stored, typed):
    assert folding.fold(stored) == folding.fold(typed)


@pytest.mark.django_db
def test_both_databases_fold_as_python_does():
    blocks = [(0x20, 0x250), (0x300, 0x530), (0x590, 0x700), (0x1E00, 0x2000), (0xFF00, 0xFF60)]
    letters = [chr(code) for first, last in blocks for code in range(first, last) if chr(code).isprintable()]
    with connection.cursor() as cursor:
        for start in range(0, len(letters), 400):
            typed = letters[start : start + 400]
            columns = ", ".join(["kora_fold(%s)"] * len(typed))
            cursor.execute(f"SELECT {columns}".replace("kora_fold(%s)", "kora_fold(CAST(%s AS text))"), typed)
            folded = cursor.fetchone()
            wrong = [(a, b) for a, b in zip(typed, folded, strict=True) if folding.fold(a) != b]
            assert wrong == []


@pytest.mark.django_db
def test_every_text_is_found_whatever_its_case_and_accents():
    for stored, typed in SPELLINGS:
        author = make_author(name=f"Dr. {stored} jr.")
        assert list(Author.objects.filter(name__icontains=typed)) == [author]
        assert list(Author.objects.filter(name__icontains=f"{typed} j")) == [author]
        assert not Author.objects.filter(name__icontains=f"{typed}x").exists()


@pytest.mark.django_db
def test_nothing_is_a_part_of_no_text_and_signs_of_patterns_mean_themselves():
    make_author(name="100% _wool_ \\o/")
    for typed, count in (
        ("%", 1), ("_", 1), ("\\", 1), ("0%", 1), ("1_0", 0), ("1%w", 0), ("\u0301", 0), ("\u200b", 0),
        ("\x00", 0),
    ):  # fmt: skip
        assert Author.objects.filter(name__icontains=typed).count() == count, typed
    assert Author.objects.annotate(none=Value(None, CharField())).filter(none__icontains="x").count() == 0


def searches():
    return [(model, desk) for model, desk in admin.site._registry.items() if desk.search_fields]


@pytest.mark.django_db
def test_no_search_of_the_admin_breaks(owner_client):
    for model, _desk in searches():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for term in ("Søren \u0301 % ' １２ \\", '"', "a\x00b", "x" * 500, "a " * 60):
            assert owner_client.get(path, {"q": term}).status_code in {200, 302}, path


@pytest.mark.django_db
def test_admin_searches_find_names_without_their_accents(owner_client):
    make_variant(make_product(title="Ångström Fløyte"))
    make_author(name="José Ñandú")
    User.objects.create_user("zoë", first_name="Zoë", last_name="Müller")
    for path, term in (
        ("/admin/shop/product/", "ANGSTROM floyte"), ("/admin/blog/author/", "jose nandu"),
        ("/admin/auth/user/", "MULLER"),
    ):  # fmt: skip
        assert len(owner_client.get(path, {"q": term}).context["cl"].result_list) == 1, path
