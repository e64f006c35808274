"""Once a day the worker compares, mends what is safe, and writes to the staff about the rest, once."""

import datetime as dt

import pytest

from foundation import jobs, schedules
from foundation.models import OutboxMail
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import daily, mending
from shop.catalogue.models import Variant
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import later, pay_silently, press
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1, minutes=1)


def mails():
    return OutboxMail.objects.filter(message="staff_differences")


def wrong_stock(sku="KALIMBA"):
    make_variant(sku=sku, on_hand=5)
    Variant.objects.filter(sku=sku).update(on_hand=7)


def test_the_tick_compares_a_shop_that_is_older_than_a_day():
    make_order()
    assert "compare with Stripe" in schedules._ticks
    assert not daily.begin()
    with later(DAY):
        jobs.run_due()
        assert Comparison.objects.filter(error="").exclude(finished_at=None).count() == 1


def test_what_is_safe_is_mended_and_nobody_is_written_to():
    order = make_order(status="cancelled")
    pay_silently(order.payments.get())
    with later(DAY):
        daily.compare_and_mend.call()
    order.refresh_from_db()
    assert order.status == "paid"
    assert Difference.objects.get(kind="paid at Stripe").gone_at is not None
    assert mails().count() == 0


def test_what_needs_a_decision_is_told_once_until_it_changes():
    make_order()
    jobs.run_due()
    wrong_stock()
    for _day in range(2):
        daily.compare_and_mend.call()
    mail = mails().get()
    assert (mail.recipient, mail.subject) == (
        "owner@shop.example",
        "1 difference between Stripe and the shop",
    )
    assert "- KALIMBA: on hand 7, movements add up to 5" in mail.text
    assert "http://testserver/admin/shop/comparison/" in mail.text
    wrong_stock("QUENA")
    daily.compare_and_mend.call()
    assert mails().first().subject == "2 differences between Stripe and the shop"
    Variant.objects.filter(on_hand=7).update(on_hand=5)
    daily.compare_and_mend.call()
    assert mails().count() == 2


def test_what_could_not_be_mended_is_told_too():
    variant = make_variant(sku="QUENA", on_hand=2)
    make_order((variant, 2), status="pending")
    Variant.objects.update(on_hand=1, reserved=1)
    variant.movements.update(delta=1)
    daily.compare_and_mend.call()
    assert "QUENA: reserved 1, orders hold 2" in mails().get().text
    assert Difference.objects.get().mending_error == "Too few units are on hand: count the shelf first."


def test_a_long_list_is_cut_in_the_mail():
    make_order()
    for n in range(33):
        wrong_stock(f"SKU{n:02d}")
    daily.compare_and_mend.call()
    assert mails().get().text.count("movements add up") == 30
    assert "… and 3 more." in mails().get().text


def test_the_first_comparison_of_a_week_looks_back_thirty_days():
    make_order()
    spans = []
    for day in range(9):
        with later(dt.timedelta(days=day, minutes=day)):
            daily.compare_and_mend.call()
        comparison = Comparison.objects.latest("pk")
        spans.append((comparison.started_at - comparison.since).days)
    assert spans == [30, 3, 3, 3, 3, 3, 3, 30, 3]


def test_a_stripe_that_cannot_be_asked_is_asked_again_by_the_job(stripe_requests):
    make_order()
    real = stripe_requests.server
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    with pytest.raises(daily.NotCompared, match="could not be asked"):
        daily.compare_and_mend.call()
    stripe_requests.server = real
    daily.compare_and_mend.call()
    assert [bool(c.error) for c in Comparison.objects.order_by("pk")] == [True, False]


def test_one_that_cannot_be_mended_does_not_keep_the_others(monkeypatch):
    for sku in ("A", "B"):
        make_variant(sku=sku)
    make_order()
    Variant.objects.filter(sku__in=["A", "B"]).update(reserved=1)
    real = mending._do

    def fail_once(difference, verb):
        if difference.text.startswith("A:"):
            raise ZeroDivisionError
        return real(difference, verb)

    monkeypatch.setattr(mending, "_do", fail_once)
    daily.compare_and_mend.call()
    row = Difference.objects.still_open().get()
    assert (row.sentence[:2], row.mending_error) == ("A:", "It failed; the list of background jobs says why.")
    monkeypatch.undo()
    assert press("reserve") == ""
