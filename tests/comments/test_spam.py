"""The explainable guess."""

from comments import spam
from comments.spam import Submission


def rules(**facts):
    facts = {"name": "Ruth", "body": "A kind and thoughtful answer."} | facts
    return [hint.rule for hint in spam.hints(Submission(**facts))]


def test_an_ordinary_comment_trips_no_rule():
    assert rules() == []
    assert spam.score([]) == 0


def test_each_rule_is_tripped_by_what_it_names():
    assert rules(is_trapped=True) == ["honeypot"]
    assert rules(is_young=True) == ["young"]
    assert rules(is_repeated=True) == ["repeated"]
    assert rules(body="See https://a.example") == ["links"]
    assert rules(name="www.a.example") == ["link_in_name"]
    assert rules(body="The best CASINO for you") == ["pattern"]
    assert rules(body="THIS IS THE BEST ARTICLE EVER") == ["capitals"]


def test_more_links_weigh_more():
    one = spam.score(spam.hints(Submission("Ruth", "https://a.example")))
    many = spam.score(spam.hints(Submission("Ruth", "https://a.example " * 4)))

    assert 0 < one < many


def test_score_never_exceeds_one_hundred():
    body = "CASINO CASINO CASINO CASINO " + "https://a.example " * 50
    found = spam.hints(Submission("www.x.example", body, is_trapped=True, is_young=True, is_repeated=True))

    assert spam.score(found) == 100


def test_short_capitals_are_no_shouting():
    assert rules(body="OK, THANKS") == []


def test_a_hint_explains_itself():
    rows = [hint.as_row() for hint in spam.hints(Submission("Ruth", "http://a.example www.b.example casino"))]

    assert [spam.explain(row) for row in rows] == ["2 links", "reads “casino”"]
    assert (
        spam.explain({"rule": "from-an-older-version", "points": 1, "detail": ""}) == "from-an-older-version"
    )
