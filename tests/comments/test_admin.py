"""The moderators' desk."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, Decision, State
from foundation import jobs
from foundation.mail import OutboxMail
from tests.comments.builders import make_article, make_comment

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"


def state_of(comment):
    return Comment.objects.get(pk=comment.pk).state


def bulk(client, action, *comments, **more):
    return client.post(LIST, {"action": action, "_selected_action": [c.pk for c in comments]} | more)


def press(client, comment, to_state, *, seen="pending", address=LIST, **more):
    return client.post(address, {"decision": f"{comment.pk} {seen} {to_state}"}, **more)


def messages_of(client):
    return " ".join(str(message) for message in client.get(LIST).context["messages"])


def test_a_stranger_is_sent_to_the_login(stranger):
    comment = make_comment()

    for response in (
        stranger.get(LIST),
        press(stranger, comment, "approved"),
        bulk(stranger, "approve", comment),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    assert state_of(comment) == State.PENDING


def test_staff_without_the_right_see_and_decide_nothing():
    packer = User.objects.create_user("packer", is_staff=True)
    client = Client()
    client.force_login(packer)
    comment = make_comment()

    assert client.get(LIST).status_code == 403
    assert press(client, comment, "approved").status_code == 403
    assert "comments to moderate" not in client.get("/admin/").content.decode()
    assert state_of(comment) == State.PENDING


def test_staff_who_may_only_look_cannot_decide():
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client = Client()
    client.force_login(reader)
    comment = make_comment()

    assert client.get(LIST).status_code == 200
    assert press(client, comment, "approved").status_code == 403
    bulk(client, "approve", comment)
    assert state_of(comment) == State.PENDING


def test_the_whole_text_is_on_the_list(moderator_client):
    text = "word " * 900 + "the very end"
    make_comment(make_article(title="On drums"), body=text, name="Ruth", email="ruth@example.com",
                 spam_score=10, spam_hints=[{"rule": "links", "points": 10, "detail": "1"}])  # fmt: skip

    page = moderator_client.get(LIST).content.decode()

    for shown in (text, "Ruth", "ruth@example.com", "On drums", "Spam score 10: 1 link"):
        assert shown in page


def test_what_waits_stands_first_and_the_suspicious_last_of_it(moderator_client):
    make_comment(name="decided", state=State.APPROVED)
    make_comment(name="suspicious", spam_score=60)
    make_comment(name="ordinary")

    page = moderator_client.get(LIST).content.decode()

    assert page.index("ordinary</b>") < page.index("suspicious</b>") < page.index("decided</b>")


def test_search_reads_text_name_and_address(moderator_client):
    make_comment(name="Zoltan", email="zo@lute.example", body="About panpipes")
    make_comment(body="About drums")

    for query in ("panpipes", "zoltan", "lute.example"):
        assert "About panpipes" in (page := moderator_client.get(LIST, {"q": query}).content.decode())
        assert "About drums" not in page
    assert moderator_client.get(LIST, {"q": '"C# \x00'}).status_code == 200


def test_filter_by_state_counts(moderator_client):
    make_comment(body="Still waiting")
    make_comment(body="Already public", state=State.APPROVED)

    page = moderator_client.get(LIST, {"state": "pending"}).content.decode()

    assert "Still waiting" in page
    assert "Already public" not in page
    assert "Waiting (1)" in page
    assert "Approved (1)" in page
    assert moderator_client.get(LIST, {"state": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    ("action", "state"), [("approve", "approved"), ("spam", "spam"), ("reject", "rejected")]
)
def test_bulk_actions_decide_at_once(moderator_client, moderator, action, state):
    comments = [make_comment() for _ in range(3)]
    left = make_comment()

    response = bulk(moderator_client, action, *comments)

    assert response.status_code == 302
    assert {state_of(comment) for comment in comments} == {state}
    assert state_of(left) == State.PENDING
    assert set(Decision.objects.values_list("staff", "to_state")) == {(moderator.pk, state)}


def test_a_row_is_decided_with_its_own_button_and_the_list_stays_where_it_was(moderator_client):
    comment = make_comment()
    address = f"{LIST}?state=pending"
    page = moderator_client.get(address).content.decode()
    assert re.findall(r'name="decision" value="([^"]+)"', page) == [
        f"{comment.pk} pending {state}" for state in ("approved", "spam", "rejected")
    ]

    response = press(moderator_client, comment, "approved", address=address)

    assert response["Location"] == address
    assert state_of(comment) == State.APPROVED


def test_undo_takes_a_whole_bulk_decision_back(moderator_client):
    comments = [make_comment(), make_comment()]
    bulk(moderator_client, "spam", *comments)
    message = messages_of(moderator_client)
    [ids] = re.findall(r'form="undo-form" name="undo" value="([\d,]+)"', message)
    assert 'id="undo-form"' in moderator_client.get(LIST).content.decode()

    moderator_client.post(LIST, {"undo": ids})

    assert {state_of(comment) for comment in comments} == {State.PENDING}
    assert "2 decisions are taken back." in messages_of(moderator_client)


def test_a_moderator_who_was_slower_is_refused_and_told(moderator_client, owner_client):
    comment = make_comment(name="Ruth")
    press(owner_client, comment, "rejected")

    press(moderator_client, comment, "approved")

    assert state_of(comment) == State.REJECTED
    assert "owner has made it “Rejected”" in messages_of(moderator_client)


def test_bulk_decisions_too_start_from_what_the_page_showed(moderator_client, owner_client):
    comment = make_comment()
    press(owner_client, comment, "spam")

    bulk(moderator_client, "approve", comment, seen=f"{comment.pk} pending")

    assert state_of(comment) == State.SPAM


@pytest.mark.parametrize(
    "sent", [{"decision": ""}, {"decision": "x pending approved"}, {"decision": "1 pending public"},
             {"decision": "99999 pending approved"}, {"decision": "²  pending approved"}, {"undo": "1,x,,"},
             {"decision": "9" * 30 + " pending spam"}, {"undo": "9" * 30}]
)  # fmt: skip
def test_garbled_buttons_change_nothing(moderator_client, sent):
    make_comment()

    assert moderator_client.post(LIST, sent).status_code == 302
    assert not Decision.objects.exists()


def test_a_garbled_memory_of_the_page_does_not_stop_a_bulk_action(moderator_client):
    comment = make_comment()

    bulk(moderator_client, "approve", comment, seen=["² pending", "nonsense", "9" * 30 + " pending"])

    assert state_of(comment) == State.APPROVED


def test_the_comment_itself_is_read_only_and_shows_its_log(moderator_client):
    comment = make_comment(body="Read me")
    press(moderator_client, comment, "rejected")
    address = f"{LIST}{comment.pk}/change/"

    page = moderator_client.get(address).content.decode()
    moderator_client.post(address, {"body": "Changed", "state": "approved"})

    assert "Read me" in page
    assert "moderator" in page
    assert "Rejected" in page
    comment.refresh_from_db()
    assert (comment.body, comment.state) == ("Read me", State.REJECTED)


def test_the_buttons_of_the_comments_own_page_lead_back_to_the_list(moderator_client):
    comment = make_comment()

    response = press(moderator_client, comment, "approved", address=f"{LIST}{comment.pk}/change/")

    assert response["Location"] == LIST
    assert state_of(comment) == State.APPROVED


def test_nobody_adds_and_only_the_owner_deletes(moderator_client, owner_client):
    comment = make_comment()
    delete = f"{LIST}{comment.pk}/delete/"

    assert owner_client.get(f"{LIST}add/").status_code == 403
    assert moderator_client.post(delete, {"post": "yes"}).status_code == 403
    assert owner_client.post(delete, {"post": "yes"}).status_code == 302
    assert not Comment.objects.exists()


def test_the_first_page_tells_how_many_wait(moderator_client):
    for _ in range(3):
        make_comment()
    make_comment(state=State.SPAM)

    page = moderator_client.get("/admin/").content.decode()

    assert '<a href="/admin/comments/comment/?state=pending"><b>3</b> comments to moderate</a>' in page


def test_the_list_costs_the_same_for_few_and_for_many(moderator_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            moderator_client.get(LIST)
        return len(captured)

    press(moderator_client, make_comment(), "spam")
    moderator_client.get(LIST)
    few = queries()
    for _ in range(12):
        press(moderator_client, make_comment(), "spam")
    moderator_client.get(LIST)

    assert queries() == few


def test_a_comment_whose_page_is_gone_can_still_be_decided(moderator_client):
    comment = make_comment()
    comment.target.delete()

    assert moderator_client.get(LIST).status_code == 200
    press(moderator_client, comment, "approved")
    assert state_of(comment) == State.APPROVED
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        jobs.run_due()
    assert not OutboxMail.objects.exists()
