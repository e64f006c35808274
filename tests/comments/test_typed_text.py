"""What shows nothing is no name and no comment."""

import pytest

from comments.models import Comment
from foundation import typed_text
from tests.comments.builders import form_data, make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


def post(client, article, **overrides):
    return client.post("/comments/post/", form_data(article, **overrides))


INVISIBLE = [
    "\u200b", "\u3164", "\u2800\u2800", "\u0301", "\ufe0f", "\u202e\u2066", "\u00ad\u2060", "\U000e0041",
    "\u115f\u1160\uffa0", "\u17b4", "\u00a0\u2003", "\u180e\ufeff", "\U000e0100", "\ue000", "\u200d \u200c",
]  # fmt: skip


@pytest.mark.parametrize("field", ["name", "body"])
@pytest.mark.parametrize("typed", INVISIBLE, ids=ascii)
def test_what_shows_nothing_is_refused_at_its_field(customer, article, field, typed):
    response = post(customer, article, **{field: typed})

    assert response.status_code == 200
    assert f'id="comment-{field}_error"' in response.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "body", ["[](https://a.example)", "> ", "-", "**\u200b**", "[\u3164](https://a.example)"]
)
def test_markup_around_nothing_is_refused(customer, article, body):
    assert 'id="comment-body_error"' in post(customer, article, body=body).content.decode()


@pytest.mark.parametrize("name", ["Zoë", "李", "مریم", "👩‍🚀", "नेहा", "O’Neil-Smith", "ᏣᎳᎩ", "Ṇ́", "7"])
def test_names_of_every_script_are_kept_as_typed(customer, article, name):
    post(customer, article, name=name)

    assert Comment.objects.get().name == name


def test_a_name_keeps_no_character_that_hides_or_turns_its_letters(customer, article):
    post(customer, article, name="Ha\u200bn\u00adna\u2066 \u202eBrenner\n\tof\ufeff Kora")

    assert Comment.objects.get().name == "Hanna Brenner of Kora"


def test_each_character_of_a_text_is_judged_once_however_long_it_is(monkeypatch):
    judged = []
    monkeypatch.setattr(typed_text, "_can_be_seen", judged.append)
    assert not typed_text.is_visible("\u0301\u200b" * 50_000)
    assert sorted(judged) == ["\u0301", "\u200b"]
