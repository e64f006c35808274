"""Long texts: work grows as their length does, and what would be dear is refused at the field."""

import re

import pytest

from blog.articles import Article
from blog.rendering import contents, safe_html
from tests.blog.article_forms import ADD, article_form
from tests.steps import steps


@pytest.mark.parametrize("heading", ["<h2></h2>", "<h3>Tuning</h3>", "<h2>Tuning</h2><h3>tuning!</h3>"])
def test_naming_headings_takes_twice_the_steps_for_twice_as_many(heading):
    few, many = (steps(safe_html, heading * n) for n in (500, 1000))
    assert many < 2.2 * few


def test_many_equal_headings_get_names_of_their_own_also_beside_a_heading_called_like_one():
    html = safe_html("<h2>Tuning 2</h2>" + "<h2>Tuning</h2>" * 50)
    names = re.findall('id="([^"]*)"', html)
    assert len(set(names)) == 51
    assert names[:4] == ["section-tuning-2", "section-tuning", "section-tuning-3", "section-tuning-4"]


def test_the_contents_leave_out_headings_without_words_and_end_after_a_hundred():
    assert contents(safe_html("<h2></h2>" * 50 + "<h2>a</h2><h2>b</h2>")) == []
    assert len(contents(safe_html("<h2>a</h2>" * 150))) == 100


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<h2></h2>" * 50_000, "This text is too long: it has 450000 characters"),
        ("<ul><li>" * 3000, "too tangled to be kept"),
    ],
)
def test_a_text_that_would_be_dear_is_refused_at_its_field_and_nothing_typed_is_lost(
    owner_client, body, says
):
    answer = owner_client.post(ADD, article_form(owner_client, body=body, title="Slit drums"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert says in page
    assert "body" in answer.context["adminform"].form.errors
    assert 'value="Slit drums"' in page
    assert answer.context["adminform"].form["body"].value() == body
    assert not Article.objects.exists()
