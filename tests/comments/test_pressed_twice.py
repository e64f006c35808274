"""A button of the desk that is pressed twice decides once."""

import re

import pytest

from comments.models import Decision, State
from tests.comments.builders import make_comment
from tests.comments.test_admin import LIST, bulk, messages_of, press, state_of

pytestmark = pytest.mark.django_db


def test_a_button_pressed_twice_decides_once_and_says_so_once(moderator_client):
    comment = make_comment()
    for _press in range(2):
        press(moderator_client, comment, "approved")

    message = messages_of(moderator_client)
    decision = Decision.objects.get()
    assert re.findall(r'name="undo" value="([\d,]+)"', message) == [str(decision.pk)]
    assert "left alone" not in message


def test_a_second_press_whose_first_answer_was_read_gets_the_same_answer(moderator_client):
    comment = make_comment()
    press(moderator_client, comment, "approved")
    first = messages_of(moderator_client)
    press(moderator_client, comment, "approved")

    assert messages_of(moderator_client) == first
    assert Decision.objects.count() == 1


def test_a_bulk_decision_and_its_undo_pressed_twice_count_once(moderator_client):
    comments = [make_comment(), make_comment()]
    for _press in range(2):
        bulk(moderator_client, "spam", *comments, seen=[f"{c.pk} pending" for c in comments])
    [ids] = re.findall(r'name="undo" value="([\d,]+)"', messages_of(moderator_client))
    for _press in range(2):
        moderator_client.post(LIST, {"undo": ids})

    assert messages_of(moderator_client) == "2 decisions are taken back."
    assert Decision.objects.count() == 4
    assert {state_of(comment) for comment in comments} == {State.PENDING}
