"""A comment arrives, well or badly."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import tokens
from comments.models import Comment, Decision, State
from foundation.mail import OutboxMail
from tests.comments.builders import form_data, make_article, make_comment

pytestmark = pytest.mark.django_db
POST = "/comments/post/"


@pytest.fixture
def article():
    return make_article(title="How to tune a drum")


def post(client, article, **overrides):
    return client.post(POST, form_data(article, **overrides))


def test_a_comment_is_kept_as_pending_and_leads_back_to_its_page(customer, article):
    response = post(customer, article, email="Ruth@Example.com")

    comment = Comment.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"{article.get_absolute_url()}#comment-{comment.pk}"
    assert (comment.state, comment.target) == (State.PENDING, article)
    assert (comment.name, comment.email, comment.body) == ("Ruth", "ruth@example.com", "Lovely article.")
    assert not OutboxMail.objects.exists()


def test_its_author_sees_it_waiting_and_nobody_else_sees_it(customer, stranger, article):
    address = urlsplit(post(customer, article, body="Only *mine* so far")["Location"]).path

    own_page = customer.get(address)
    assert own_page.status_code == 200
    assert "awaiting moderation" in own_page.content.decode()
    assert "Only <em>mine</em> so far" in own_page.content.decode()
    strangers_page = stranger.get(address).content.decode()
    assert "awaiting moderation" not in strangers_page
    assert "so far" not in strangers_page


def test_a_page_with_own_comments_is_stored_by_nobody(customer, stranger, article):
    address = urlsplit(post(customer, article)["Location"]).path

    assert customer.get(address)["Cache-Control"] == "private, no-store"
    assert "no-store" not in stranger.get(address).get("Cache-Control", "")


def test_the_cookie_is_closed_to_scripts_and_other_sites(customer, article):
    cookie = post(customer, article).cookies["kora_comments"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 30 * 24 * 3600


def test_a_forged_cookie_shows_nothing(stranger, article):
    comment = make_comment(article, body="Not yours")
    stranger.cookies["kora_comments"] = f"{comment.pk}:forged:signature"

    response = stranger.get(article.get_absolute_url())

    assert response.status_code == 200
    assert "Not yours" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "ruth(at)example", "Enter a valid email address."),
        ("email", "", "This field is required."),
        ("email", "r\x00uth@example.com", "Null characters are not allowed."),
        ("name", " ", "This field is required."),
        ("name", "R" * 81, "at most 80 characters"),
        ("body", "", "This field is required."),
        ("body", "\x00\x01", "This field is required."),
        ("body", "x" * 5001, "Please shorten your comment to 5000 characters: it has 5001."),
        ("body", "x" * 1_000_000, "it has 1000000."),
    ],
)
def test_wrong_input_gets_a_message_by_its_field_and_keeps_the_rest(customer, article, field, value, message):
    response = post(customer, article, **{"name": "Ruth Adler", "body": "My text", field: value})

    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="comment-{field}_error"' in page
    assert message in page
    assert ("My text" in page) or field == "body"
    assert ("Ruth Adler" in page) or field == "name"
    assert "How to tune a drum" in page
    assert article.get_absolute_url() in page
    assert not Comment.objects.exists()


def test_a_text_that_is_too_long_is_given_back_whole(customer, article):
    text = "word " * 2000 + "the end"

    assert text in post(customer, article, body=text).content.decode()


def test_nul_bytes_are_left_out_and_html_is_text(customer, stranger, article):
    post(customer, article, body="a\x00b <script>alert(1)</script>\r\nnext", name="Ru\x00th\u202e")

    comment = Comment.objects.get()
    assert comment.body == "ab <script>alert(1)</script>\nnext"
    assert comment.name == "Ruth"
    Comment.objects.update(state=State.APPROVED)
    page = stranger.get(article.get_absolute_url()).content.decode()
    assert "ab &lt;script&gt;alert(1)&lt;/script&gt;<br>" in page
    assert "<script>alert" not in page


def test_a_trap_that_a_password_manager_filled_is_a_hint_and_no_verdict(customer, article):
    response = post(customer, article, website="ruth@example.com")

    comment = Comment.objects.get()
    assert response.status_code == 303
    assert comment.state == State.PENDING
    assert "honeypot" in [hint["rule"] for hint in comment.spam_hints]


def test_a_trap_filled_by_what_is_suspicious_without_it_looks_like_success_and_is_spam(customer, article):
    response = post(customer, article, website="https://pills.example", body="Buy cheap pills: www.a.example")

    assert response.status_code == 303
    assert Comment.objects.get().state == State.SPAM
    assert Decision.objects.get().staff is None
    own_page = customer.get(urlsplit(response["Location"]).path).content.decode()
    assert "awaiting moderation" in own_page


def test_what_is_suspicious_without_the_trap_is_left_to_the_moderator(customer, article):
    post(customer, article, body="Buy cheap pills: www.a.example")

    assert Comment.objects.get().state == State.PENDING


def test_password_managers_are_asked_to_leave_the_trap_alone(customer, article):
    page = customer.get(article.get_absolute_url()).content.decode()
    trap = page.partition('name="website"')[2].partition(">")[0]

    assert 'autocomplete="off"' in trap
    assert "data-1p-ignore" in trap
    assert 'data-lpignore="true"' in trap


def test_a_form_sent_at_once_is_a_hint_and_no_error(customer, article):
    assert post(customer, article).status_code == 303

    assert [hint["rule"] for hint in Comment.objects.get().spam_hints] == ["young"]


@pytest.mark.parametrize("age", [timedelta(seconds=4), timedelta(days=400)])
def test_an_old_form_is_neither_error_nor_hint(customer, article, age):
    now = timezone.now()
    with time_machine.travel(now - age, tick=False):
        token = tokens.issue(article)
    with time_machine.travel(now, tick=False):
        response = post(customer, article, target=token)

    assert response.status_code == 303
    assert Comment.objects.get().spam_hints == []


def test_the_sixth_comment_in_ten_minutes_waits_and_is_not_lost(customer, article):
    for number in range(5):
        assert post(customer, article, body=f"Comment {number}").status_code == 303

    response = post(customer, article, body="Comment number six")

    page = response.content.decode()
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 600
    assert "send it again in 10 minutes" in page
    assert "Comment number six" in page
    assert Comment.objects.count() == 5


def test_mistakes_do_not_count_against_the_limit(customer, article):
    for _ in range(8):
        post(customer, article, email="nonsense")

    assert post(customer, article).status_code == 303


def test_a_doubled_submit_is_one_comment(customer, article):
    first, second = post(customer, article), post(customer, article)

    assert (first.status_code, second.status_code) == (303, 303)
    assert Comment.objects.count() == 1


def test_sending_the_same_again_and_again_counts_against_the_limit(customer, article):
    answers = [post(customer, article).status_code for _ in range(6)]

    assert answers == [303] * 5 + [429]


def test_the_same_text_from_somebody_else_is_a_hint(customer, article):
    make_comment(body="Lovely ARTICLE.")

    post(customer, article)

    assert "repeated" in [hint["rule"] for hint in Comment.objects.for_target(article).get().spam_hints]


@pytest.mark.parametrize("token", ["", "nonsense", "a:b", "\x00", "é" * 5000])
def test_a_garbled_form_keeps_the_text_and_says_what_to_do(customer, token, article):
    response = post(customer, article, target=token, body="Do not lose me")

    page = response.content.decode()
    assert response.status_code == 400
    assert "This form has lost its page" in page
    assert "Do not lose me" in page


def test_a_page_that_is_gone_keeps_the_text(customer, article):
    data = form_data(article, body="Do not lose me")
    article.delete()

    response = customer.post(POST, data)

    assert response.status_code == 400
    assert "Do not lose me" in response.content.decode()


@pytest.mark.parametrize("closed", [{"comments_open": False}, {"status": "draft"}])
def test_a_page_that_takes_no_more_comments_says_so_and_keeps_the_text(customer, closed):
    article = make_article(**closed)

    response = post(customer, article, body="Too late?")

    assert response.status_code == 200
    assert "Comments are closed here." in response.content.decode()
    assert "Too late?" in response.content.decode()
    assert not Comment.objects.exists()


def test_a_form_from_elsewhere_is_refused(article):
    careful = Client(enforce_csrf_checks=True)

    assert careful.post(POST, form_data(article)).status_code == 403
    assert not Comment.objects.exists()


def test_the_form_on_the_page_is_accepted_with_its_token(article):
    careful = Client(enforce_csrf_checks=True)
    token = careful.get(article.get_absolute_url()).context["csrf_token"]

    assert careful.post(POST, form_data(article) | {"csrfmiddlewaretoken": str(token)}).status_code == 303


def test_reading_the_address_changes_nothing(customer):
    assert customer.get(POST).status_code == 405


def test_the_sender_is_kept_as_a_keyed_hash_only(customer, article):
    customer.post(POST, form_data(article), REMOTE_ADDR="203.0.113.9")

    comment = Comment.objects.get()
    assert len(comment.ip_hash) == 64
    assert "203.0.113.9" not in str(Comment.objects.values().get())


def test_an_address_that_looks_mistyped_is_asked_about_beside_what_is_wrong_and_never_refused(
    customer, article
):
    page = post(customer, article, email="ruth@gmial.con", body="").content.decode()
    assert "Did you mean ruth@gmail.com?" in page
    assert post(customer, article, email="ruth@gmial.con").status_code == 303
    assert "<b>ruth" not in post(customer, article, email="<b>ruth@gmial.com", body="").content.decode()
