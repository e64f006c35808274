"""Tests of blog.figure_forms: figures are uploaded, numbered and named by the text in one form."""

import pytest

from tests.blog.article_forms import ADD, article_form, change_path, figures_form
from tests.blog.builders import make_article, make_author, make_category, make_figure
from tests.pages import errors_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_figures_are_uploaded_with_the_text_that_names_them(owner_client, client):
    body = "<p>Tap.</p><p>[figure 2]</p><p>Wait.</p><p>[figure 1]</p>"
    data = figures_form(
        owner_client, ADD, {"alt": "A log"}, {"alt": "Two beaters", "caption": "Rubber heads."}, body=body,
        status="published", author=make_author().pk, category=make_category().pk,
    )  # fmt: skip
    response = owner_client.post(ADD, data)
    assert response.status_code == 302, errors_in(response)
    html = client.get("/blog/slit-drums/").content.decode().partition('class="prose"')[2]
    assert (
        html.index("Tap.") < html.index('alt="Two beaters"') < html.index("Wait.") < html.index('alt="A log"')
    )
    assert "Rubber heads." in html


def test_a_text_that_names_a_missing_figure_is_refused_and_kept(owner_client):
    article = make_article()
    make_figure(article)
    path, body = change_path(article), "<p>Tap.</p><p>[figure 1]</p><p>[figure 7]</p>"
    response = owner_client.post(path, figures_form(owner_client, path, body=body, subtitle="What was typed"))
    assert errors_in(response)["body"] == [
        "There is no figure 7. Please add it under the text, or take its name out."
    ]
    html = response.content.decode()
    assert "[figure 7]" in html
    assert "What was typed" in html
    article.refresh_from_db()
    assert "[figure" not in article.body


def test_a_figure_that_its_text_names_cannot_be_deleted_alone(owner_client):
    article = make_article(body="<p>Tap.</p><p>[figure 1]</p>")
    make_figure(article)
    path = change_path(article)
    data = article_form(owner_client, path) | {"figures-0-DELETE": "on"}
    assert "body" in errors_in(owner_client.post(path, data))
    assert owner_client.post(path, data | {"body": "<p>Tap.</p>"}).status_code == 302
    assert not article.figures.exists()


def test_a_figure_named_inside_a_sentence_is_refused(owner_client):
    article = make_article()
    make_figure(article)
    path = change_path(article)
    response = owner_client.post(path, figures_form(owner_client, path, body="<p>As [figure 1] shows.</p>"))
    assert errors_in(response)["body"] == ["Please give [figure 1] a paragraph of its own."]


def test_two_figures_can_swap_their_numbers(owner_client):
    article = make_article()
    first, second = make_figure(article), make_figure(article)
    path = change_path(article)
    data = article_form(owner_client, path) | {"figures-0-number": "2", "figures-1-number": "1"}
    assert owner_client.post(path, data).status_code == 302
    assert list(article.figures.all()) == [second, first]


def test_a_number_is_free_again_when_its_figure_goes(owner_client):
    article = make_article()
    first, second = make_figure(article), make_figure(article)
    path = change_path(article)
    data = article_form(owner_client, path) | {"figures-0-number": "2", "figures-1-DELETE": "on"}
    response = owner_client.post(path, data)
    assert response.status_code == 302, errors_in(response)
    assert [(figure.pk, figure.number) for figure in article.figures.all()] == [(first.pk, 2)]
    assert second not in article.figures.all()


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"alt": ""}, "figures-1-alt", "This field is required."),
        ({"picture": ""}, "figures-1-picture", "This field is required."),
        ({"number": "0"}, "figures-1-number", "greater than or equal to 1"),
        ({"number": "1000"}, "figures-1-number", "less than or equal to 999"),
        ({"number": "x"}, "figures-1-number", "Enter a whole number."),
        ({"caption": "x" * 401}, "figures-1-caption", "at most 400 characters"),
    ],
)
def test_bad_input_for_a_figure_gets_a_message_and_changes_nothing(owner_client, row, field, message):
    article = make_article()
    make_figure(article)
    path = change_path(article)
    response = owner_client.post(path, figures_form(owner_client, path, row))
    assert any(message in text for text in errors_in(response)[field]), errors_in(response)
    assert article.figures.count() == 1


def test_a_number_stands_once_also_when_somebody_else_was_quicker(owner_client):
    article = make_article()
    path = change_path(article)
    twice = figures_form(owner_client, path, {"number": "1"}, {"number": "1"})
    assert owner_client.post(path, twice).status_code == 200
    late = figures_form(owner_client, path, {"number": "1"})
    make_figure(article)
    assert "figures-0-number" in errors_in(owner_client.post(path, late))
    assert owner_client.post(path, figures_form(owner_client, path, {})).status_code == 302
    assert [figure.number for figure in article.figures.all()] == [1, 2]


def test_a_moderator_edits_figures(moderator_client):
    path = change_path(article := make_article())
    assert moderator_client.post(path, figures_form(moderator_client, path, {})).status_code == 302
    assert article.figures.count() == 1
