"""The screen "Stripe and the shop": what agrees or differs, and a button for each difference."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from foundation import heartbeats, jobs
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import daily
from shop.catalogue.models import Variant
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.stock.models import StockMovement
from tests.builders import make_variant
from tests.pages import forms_to
from tests.shop.backoffice.reconciling.looking import differences, later, pay_silently, unknown_session
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
SCREEN = "/admin/shop/comparison/"


@pytest.fixture(autouse=True)
def something_is_asked(stripe_requests):
    """Let the recorder see a request also where nothing differs at Stripe."""
    differences()
    Comparison.objects.all().delete()


def page(client):
    answer = client.get(SCREEN)
    assert answer.status_code == 200
    return answer.content.decode()


def button(verb, settle=False):
    row = Difference.objects.still_open().get()
    return f"{SCREEN}{row.pk}/settle/" if settle else f"{SCREEN}{row.pk}/mend/{verb}/"


def wrong_stock():
    make_variant(sku="KALIMBA", on_hand=5)
    Variant.objects.filter(sku="KALIMBA").update(on_hand=7)
    differences()


def unnoticed_money():
    order = make_order(status="cancelled")
    pay_silently(order.payments.get())
    differences()
    return order


def test_a_new_shop_says_that_nothing_was_compared(owner_client):
    assert "Nothing has been compared yet" in page(owner_client)


def test_agreement_says_when_and_what_was_looked_at(owner_client):
    make_order()
    make_order(status="refunded")
    jobs.run_due()
    differences()
    html = page(owner_client)
    assert '<h2 id="state">Stripe and the shop agree</h2>' in html
    assert "2 payment pages, 1 refund and 0 disputes since" in html


def test_each_difference_shows_its_sentence_its_order_and_its_buttons(owner_client):
    order = unnoticed_money()
    answer = owner_client.get(SCREEN)
    html = answer.content.decode()
    assert "1 difference" in html
    assert (
        f'for order <a href="/admin/shop/order/{order.pk}/change/">{order}</a>; here the payment is' in html
    )
    assert f'<a href="/admin/shop/payment/{order.payments.get().pk}/change/">Payment' in html
    assert len(forms_to(answer, button("take"))) == 1
    assert "It is settled" not in html


def test_the_number_of_an_order_that_is_not_here_leads_nowhere(owner_client):
    order = unknown_session()
    DemoSession.objects.filter(session_id="cs_lost").update(
        params={"metadata": {"order": str(order.number), "payment": "9999"}}
    )
    differences()
    assert f"for order {order}, which this shop does not have" in page(owner_client)


def test_an_order_of_a_difference_that_is_gone_can_still_be_opened(owner_client):
    order = unnoticed_money()
    Difference.objects.update(gone_at=timezone.now())
    assert f'<a href="/admin/shop/order/{order.pk}/change/">{order}</a>' in page(owner_client)


def test_what_stripe_is_asked_for_is_mended_by_the_worker(owner_client, owner):
    order = unnoticed_money()
    answer = owner_client.post(button("take"), follow=True)
    assert "Being mended for owner; reload this page in a moment." in answer.content.decode()
    assert answer.content.decode().count("Take the money over") == 0
    jobs.run_due()
    order.refresh_from_db()
    html = page(owner_client)
    assert order.status == "paid"
    assert "Mended by owner on" in html
    assert 'id="gone"' in html


def test_a_second_press_while_it_is_mended_is_refused(owner_client):
    unnoticed_money()
    address = button("take")
    owner_client.post(address)
    assert "is being mended already" in owner_client.post(address, follow=True).content.decode()
    mend_jobs = jobs.BackgroundJob.objects.filter(task_path__endswith="mending.mend")
    assert mend_jobs.count() == 1


def test_what_needs_no_stripe_is_mended_at_once(owner_client, owner):
    wrong_stock()
    answer = owner_client.post(button("book"), follow=True)
    assert "Mended: KALIMBA: on hand 7, movements add up to 5" in answer.content.decode()
    assert StockMovement.objects.get(kind="counted").staff == owner


def test_a_difference_that_is_gone_meanwhile_is_left_alone(owner_client):
    wrong_stock()
    address = button("book")
    Variant.objects.update(on_hand=5)
    differences()
    assert "This difference is gone already." in owner_client.post(address, follow=True).content.decode()
    assert StockMovement.objects.filter(kind="counted").count() == 0


def test_a_difference_that_went_unnoticed_meanwhile_is_left_alone(owner_client):
    wrong_stock()
    address = button("book")
    Variant.objects.update(on_hand=5)
    owner_client.post(address)
    assert StockMovement.objects.filter(kind="counted").count() == 0
    assert Difference.objects.still_open().count() == 0


def test_before_money_moves_the_page_asks_once_more(owner_client):
    unknown_session()
    differences()
    address = button("send-back")
    asked = owner_client.post(address)
    assert "This cannot be taken back." in asked.content.decode()
    jobs.run_due()
    assert DemoRefund.objects.count() == 0
    owner_client.post(address, {"confirmed": "yes"})
    jobs.run_due()
    assert DemoRefund.objects.count() == 1
    assert Difference.objects.still_open().count() == 0


def test_a_press_that_fails_says_why_and_can_be_repeated_or_settled(owner_client, stripe_requests):
    unknown_session()
    differences()
    real = stripe_requests.server
    owner_client.post(button("send-back"), {"confirmed": "yes"})
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    with later(dt.timedelta(seconds=1)):
        jobs.run_due()
    html = page(owner_client)
    assert "is-failed" in html
    assert "Stripe: APIError" in html
    stripe_requests.server = real
    owner_client.post(button("send-back"), {"confirmed": "yes"})
    jobs.run_due()
    assert DemoRefund.objects.count() == 1


def test_what_is_settled_needs_a_note_and_is_not_shown_again(owner_client):
    unknown_session()
    found = differences()
    address = button("", settle=True)
    assert "How it was settled" in owner_client.post(address).content.decode()
    empty = owner_client.post(address, {"note": "  "})
    assert 'id="id_note_error"' in empty.content.decode()
    long = owner_client.post(address, {"note": "x" * 151})
    assert "x" * 151 in long.content.decode()
    owner_client.post(address, {"note": "Paid back by bank transfer"})
    assert differences() == []
    html = page(owner_client)
    assert "Settled by owner on" in html
    assert "Paid back by bank transfer" in html
    DemoSession.objects.filter(session_id="cs_lost").update(amount_total=6000)
    assert differences() == [found[0].replace("50", "60")]


def test_compare_now_compares_once_and_shows_it_on_reload(owner_client):
    make_order()
    heartbeats.beat("worker")
    for _press in range(2):
        answer = owner_client.post(f"{SCREEN}compare/", follow=True)
    html = answer.content.decode()
    assert "The worker is comparing already." in html
    assert "Comparing…" in html
    assert "Compare now" not in html
    jobs.run_due()
    assert "Stripe and the shop agree</h2>" in page(owner_client)
    assert Comparison.objects.count() == 1


def test_a_comparison_whose_worker_died_can_be_asked_for_again(owner_client):
    comparison = daily.compare_now()
    Comparison.objects.update(started_at=timezone.now() - dt.timedelta(minutes=16))
    html = page(owner_client)
    assert "Compare now" in html
    assert "No worker is running" in html
    assert daily.compare_now().pk != comparison.pk


def test_a_stripe_that_could_not_be_asked_is_not_called_agreement(owner_client, stripe_requests):
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    daily.compare_now()
    jobs.run_due()
    html = page(owner_client)
    assert "Stripe could not be asked" in html
    assert "shop agree" not in html


def test_the_health_of_the_webhook_is_told(owner_client, client):
    assert "never" in page(owner_client)
    make_order()
    client.post(
        "/payments/stripe/webhook/", b"{}", "application/json", headers={"Stripe-Signature": "t=1,v1=x"}
    )
    html = page(owner_client)
    assert "(checkout.session.completed)" in html
    assert "The signature does not match." in html
    assert "1 since" in html


def test_the_first_page_has_a_panel_only_while_something_differs(owner_client):
    assert "difference between" not in owner_client.get("/admin/").content.decode()
    wrong_stock()
    html = owner_client.get("/admin/").content.decode()
    assert f'<a href="{SCREEN}"><b>1</b> difference between Stripe and the shop</a>' in html
    assert ">Stripe and the shop</a>" in html


def addresses():
    wrong_stock()
    return [SCREEN, f"{SCREEN}compare/", button("book"), button("", settle=True)]


def test_a_moderator_sees_and_changes_nothing(moderator_client):
    for address in addresses():
        assert moderator_client.get(address).status_code == 403
        assert moderator_client.post(address, {"note": "x", "confirmed": "yes"}).status_code == 403
    assert "Stripe and the shop" not in moderator_client.get("/admin/").content.decode()
    assert StockMovement.objects.filter(kind="counted").count() == 0


def test_a_stranger_is_sent_to_the_sign_in(stranger):
    for address in addresses():
        assert stranger.post(address)["Location"].startswith("/admin/login/")


def test_who_may_only_look_gets_no_buttons(moderator_client, moderator):
    moderator.user_permissions.add(Permission.objects.get(codename="view_comparison"))
    wrong_stock()
    html = page(moderator_client)
    assert "KALIMBA" in html
    assert "<form" not in html.split('id="content-main"')[1]


def test_looking_at_the_buttons_addresses_changes_nothing(owner_client):
    for address in addresses()[1:]:
        assert owner_client.get(address)["Location"] == SCREEN
    assert Difference.objects.still_open().count() == 1
    assert owner_client.get(f"{SCREEN}1/change/")["Location"] == SCREEN


@pytest.mark.parametrize("address", ["99999999/mend/take/", "99999999/settle/"])
def test_what_is_not_there_is_not_found(owner_client, address):
    assert owner_client.post(f"{SCREEN}{address}").status_code == 404


def test_a_button_of_another_kind_is_not_found(owner_client):
    wrong_stock()
    assert owner_client.post(button("send-back")).status_code == 404


def test_a_press_carries_the_forms_token(owner):
    wrong_stock()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    address = button("book")
    assert browser.post(address).status_code == 403
    [controls] = forms_to(browser.get(SCREEN), address)
    token = next(control["value"] for control in controls if control.get("name") == "csrfmiddlewaretoken")
    assert browser.post(address, {"csrfmiddlewaretoken": token}).status_code == 302
    assert StockMovement.objects.filter(kind="counted").count() == 1
