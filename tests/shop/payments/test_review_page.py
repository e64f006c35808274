"""A payment in review, as the staff sees it: what does not match, and two decisions, each asked twice."""

import pytest

from foundation import jobs
from shop.payments import sync
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment, Refund
from tests.builders import make_variant
from tests.shop.order_builders import make_order, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    """A payment of which Stripe says another amount than the order's 94.00."""
    order = make_order((make_variant(on_hand=5), 2), status="pending")
    sync.sync(order.payments.get().pk, patient=False)
    DemoSession.objects.update(amount_total=9300)
    return pay(order)


def address(payment, verb):
    return f"/admin/shop/payment/{payment.pk}/{verb}/"


def order_page(payment):
    return f"/admin/shop/order/{payment.order_id}/change/"


def test_both_pages_tell_what_does_not_match_and_offer_both_decisions(owner_client, payment):
    assert payment.status == "review"
    for page_address in (address(payment, "change"), order_page(payment)):
        page = owner_client.get(page_address).content.decode()
        for text in ("does not match", "$94.00", "$93.00", "amount: 9300 instead of 9400"):
            assert text in page
        assert address(payment, "accept") in page
        assert address(payment, "send-back") in page


def test_a_payment_that_matches_has_no_decisions(owner_client):
    payment = make_order().payments.get()
    page = owner_client.get(address(payment, "change")).content.decode()
    assert "does not match" not in page
    assert address(payment, "accept") not in page


@pytest.mark.parametrize("verb", ["accept", "send-back"])
def test_looking_at_a_decision_decides_nothing(owner_client, payment, verb):
    page = owner_client.get(address(payment, verb)).content.decode()
    assert "$93.00" in page
    assert Payment.objects.get().status == "review"


def test_an_accepted_payment_makes_the_order_paid(owner_client, payment):
    answer = owner_client.post(address(payment, "accept"), follow=True)
    assert answer.redirect_chain == [(order_page(payment), 302)]
    assert "the order is paid" in answer.content.decode()
    payment.order.refresh_from_db()
    assert payment.order.status == "paid"
    assert "does not match" not in answer.content.decode()


def test_money_that_is_sent_back_goes_through_the_worker(owner_client, payment):
    answer = owner_client.post(address(payment, "send-back"), follow=True)
    assert "The money goes back to the buyer." in answer.content.decode()
    jobs.run_due()
    assert (Refund.objects.get().status, DemoRefund.objects.get().amount) == ("succeeded", 9300)


@pytest.mark.parametrize("first", ["accept", "send-back"])
@pytest.mark.parametrize("second", ["accept", "send-back"])
def test_a_second_decision_is_refused_politely(owner_client, payment, first, second):
    owner_client.post(address(payment, first))
    for answer in (
        owner_client.post(address(payment, second), follow=True),
        owner_client.get(address(payment, second), follow=True),
    ):
        assert answer.status_code == 200
        assert 'class="warning"' in answer.content.decode()
    jobs.run_due()
    assert Refund.objects.count() == (1 if first == "send-back" else 0)


@pytest.mark.parametrize("pk", ["0", "nonsense", "9" * 40, "%00"])
def test_a_payment_that_is_not_there_leads_back(owner_client, pk):
    for verb in ("accept", "send-back"):
        answer = owner_client.post(f"/admin/shop/payment/{pk}/{verb}/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_no_refund_is_asked_for_while_a_payment_is_in_review(owner_client, payment):
    assert "What goes back" not in owner_client.get(order_page(payment)).content.decode()
    data = {"what": "everything", "restock": "no", "shown_minor": "9300", "left_minor": "9300"}
    answer = owner_client.post(f"/admin/shop/order/{payment.order_id}/refund/", data, follow=True)
    assert "needs review" in answer.content.decode()
    assert Refund.objects.count() == 0


def test_who_may_not_change_orders_cannot_decide(moderator_client, moderator, payment):
    from django.contrib.auth.models import Permission

    for name in ("view_payment", "view_order"):
        moderator.user_permissions.add(Permission.objects.get(codename=name))
    page = moderator_client.get(address(payment, "change")).content.decode()
    assert "does not match" in page
    assert address(payment, "accept") not in page
    for verb in ("accept", "send-back"):
        assert moderator_client.get(address(payment, verb)).status_code == 403
        assert moderator_client.post(address(payment, verb)).status_code == 403
    assert Payment.objects.get().status == "review"
