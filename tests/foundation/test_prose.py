"""Texts of the editor: what would be dear to clean is refused, in words, and what people write never is."""

import pytest
from django.core.exceptions import ValidationError

from foundation import prose
from tests.steps import steps

TABLE = '<table><tbody><tr><td colspan="1" rowspan="1"><p>a</p></td></tr></tbody></table>'


@pytest.mark.parametrize(
    "html",
    [
        "<p>word</p>" * 5000,
        '<h2 id="section-a">a <em>b</em></h2><hr><p>c<br>d</p>' * 1000,
        TABLE * 500,
        '<ul><li><p><a href="/x?a=1&amp;b=2" title="">x</a></p><ol start="3"><li></li></ol></li></ul>' * 300,
        "<p>open<p>list<ul><li>written<li>by hand" * 50,
        "",
    ],
)
def test_what_an_editor_writes_is_taken(html):
    prose.refuse_tangled(html)


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>" * 2000,
        "<blockquote>" * 2000 + "</blockquote>" * 2000,
        "<h2><em>" * 2000,
        "<hr><em>" * 2000,
        "<ul><!--</ul>-->" * 2000,
        '<ul><p title="</ul>"></p>' * 2000,
        "<ul><x></ul></x>" * 2000,
        "<p>" + "".join(f'<em title="{n}">' for n in range(600)) + "</p>" + "<p>x</p>" * 600,
        "<p>" + "".join(f'<em title="{n}"></em>' for n in range(600)) + "</p>",
        "<" * 2000,
    ],
)
def test_what_a_parser_would_have_to_untangle_is_refused(html):
    with pytest.raises(ValidationError, match="too tangled"):
        prose.refuse_tangled(html)


def test_a_text_that_is_too_long_is_told_so_with_both_numbers():
    field = prose.ProseField(extensions={"Bold": True}, blank=True).formfield()
    field.clean("x" * prose.MOST_CHARACTERS)
    with pytest.raises(ValidationError, match=r"100001 characters .* 100000 are the most"):
        field.clean("x" * (prose.MOST_CHARACTERS + 1))
    with pytest.raises(ValidationError, match="This text is too long"):
        field.clean("&" * (prose.MOST_CHARACTERS // 4))


def test_looking_for_tangles_takes_twice_the_steps_for_twice_the_text():
    few, many = (steps(prose.refuse_tangled, "<p><em>x</em></p>" * n) for n in (1000, 2000))
    assert many < 2.1 * few
