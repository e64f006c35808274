"""When papers are issued: once, in the transaction that makes them due, without gaps, and fixed for good."""

import pytest
from django.core.management import call_command
from django.db import transaction

from foundation import jobs
from foundation.models import SiteIdentity
from shop.orders.models import NumberSequence, Order
from shop.papers import issuing, tax_shares
from shop.papers.models import Paper, PaperIsFixed
from shop.payments import paperwork, refunds, sync
from shop.payments.models import Payment, Refund
from tests.builders import make_variant
from tests.shop.order_builders import make_order, pay, place
from tests.shop.papers.paper_builders import forget

pytestmark = pytest.mark.django_db


def issued():
    return list(Paper.objects.order_by("pk").values_list("kind", "number", "reference"))


def refund_amount(order, amount_minor):
    refunds.refund(
        order_id=order.pk, units={}, includes_shipping=False, amount_minor=amount_minor, shown_minor=0,
        restock=False, reason="internal remark", staff=None,
    )  # fmt: skip
    jobs.run_due()
    return Refund.objects.latest("pk")


def test_a_paid_order_has_an_invoice_with_everything_that_it_charged():
    SiteIdentity.objects.update_or_create(pk=1, defaults={"legal_name": "Kora GmbH", "tax_number": "DE 1"})
    order = make_order((make_variant(sku="KAL"), 2))
    facts = order.papers.get().facts
    assert facts["seller"]["lines"][0] == "Kora GmbH"
    assert facts["seller"]["tax_number"] == "DE 1"
    assert facts["buyer"]["lines"] == ["Ada Buyer", "Lindenstraße 1", "50674 Köln", "Germany"]
    assert [(line["sku"], line["quantity"], line["total_minor"]) for line in facts["lines"]] == [
        ("KAL", 2, 8800)
    ]
    assert facts["total_minor"] == 9400
    assert facts["taxes"] == [
        {"name": "VAT", "rate_millipercent": 19000, "group": 0, "base_minor": 7899, "tax_minor": 1501,
         "is_added": False}
    ]  # fmt: skip
    payment = order.payments.get()
    assert facts["payment"]["reference"] == payment.intent_id
    assert facts["payment"]["paid_minor"] == 9400


def test_an_order_that_is_not_paid_has_none():
    for status in ("pending", "cancelled"):
        make_order(status=status)
    assert issued() == []


def test_being_told_twice_of_the_payment_issues_one_invoice():
    order = make_order()
    for _time in range(2):
        sync.sync(order.payments.get().pk, patient=False)
        with transaction.atomic():
            paperwork.invoice(order)
    assert issued() == [("invoice", 1001, order.reference)]


def test_a_transaction_that_rolls_back_takes_no_number():
    order = make_order()
    other = Order.objects.get(pk=place((make_variant(), 1)).pk)
    with transaction.atomic():
        issuing.issue_invoice(other)
        transaction.set_rollback(True)
    pay(other)
    assert issued() == [("invoice", 1001, order.reference), ("invoice", 1002, other.reference)]
    assert NumberSequence.objects.get(name="invoice").next_number == 1003


def test_money_that_buys_nothing_has_no_papers():
    variant = make_variant(on_hand=1)
    order = place((variant, 1))
    late = sync.sync(order.payments.get().pk, patient=False)
    order.payments.update(closing=Payment.Closing.CALLED_OFF)
    pay(order)
    jobs.run_due()
    late.refresh_from_db()
    assert late.status == Payment.Status.REFUND_DUE
    assert late.refunds.get().status == Refund.Status.SUCCEEDED
    assert issued() == []


def test_a_refund_has_a_credit_note_that_names_units_but_not_the_staffs_remark():
    order = make_order((make_variant(sku="KAL"), 3))
    refunds.refund(
        order_id=order.pk, units={order.lines.get().pk: 2}, includes_shipping=False, amount_minor=None,
        shown_minor=8800, restock=False, reason="internal remark", staff=None,
    )  # fmt: skip
    jobs.run_due()
    note = order.papers.get(kind="credit_note")
    assert (note.number, note.reference) == (1001, f"refund {Refund.objects.get().pk}")
    assert note.facts["total_minor"] == 8800
    assert [(line["sku"], line["quantity"]) for line in note.facts["lines"]] == [("KAL", 2)]
    assert note.facts["about"]["number"] == order.papers.get(kind="invoice").number
    assert "internal remark" not in str(note.facts)


def test_an_order_called_off_after_payment_keeps_its_invoice_and_gets_a_credit_note():
    from shop.payments import calling_off

    order = make_order()
    calling_off.call_off(order_id=order.pk)
    jobs.run_due()
    assert [kind for kind, *_rest in issued()] == ["invoice", "credit_note"]
    assert order.papers.get(kind="credit_note").facts["total_minor"] == 5000


@pytest.mark.parametrize("parts", [[5000], [1, 4999], [1667, 1667, 1666], [33] * 10 + [4670]])
def test_credit_notes_of_any_split_add_up_to_their_invoice(parts):
    order = make_order()
    for amount_minor in parts:
        refund_amount(order, amount_minor)
    notes = order.papers.filter(kind="credit_note")
    assert [note.facts["total_minor"] for note in notes.order_by("pk")] == parts
    invoice_tax = order.papers.get(kind="invoice").facts["taxes"][0]
    for key in ("base_minor", "tax_minor"):
        assert sum(note.facts["taxes"][0][key] for note in notes) == invoice_tax[key]
    assert all(tax_shares.untaxed_minor(note.facts) == 0 for note in notes)


def test_a_refund_that_fails_late_has_its_credit_note_cancelled_and_another_when_it_goes_through():
    order = make_order()
    refund = refund_amount(order, 2000)
    name = f"refund {refund.pk}"
    failed = {"id": refund.stripe_id, "status": "failed", "failure_reason": "lost_or_stolen_card"}
    for _told in range(2):
        refunds.book(refund.pk, failed)
    assert issued()[1:] == [("credit_note", 1001, name), ("invoice", 1002, f"{name} cancelled")]
    cancelling = Paper.objects.get(reference=f"{name} cancelled").facts
    assert cancelling["taxes"] == Paper.objects.get(reference=name).facts["taxes"]
    Refund.objects.update(status=Refund.Status.PENDING)
    for _told in range(2):
        refunds.book(refund.pk, {"id": refund.stripe_id, "status": "succeeded"})
    assert issued()[3:] == [("credit_note", 1002, f"{name} 1")]
    refund_amount(order, 3000)
    signs = {"invoice": 1, "credit_note": -1}
    assert sum(signs[p.kind] * p.facts["total_minor"] for p in order.papers.all()) == 0
    assert sum(signs[p.kind] * p.facts["taxes"][0]["tax_minor"] for p in order.papers.all()) == 0


def test_a_refund_whose_amount_was_wrong_gets_its_credit_note_anew():
    from shop.backoffice.reconciling import corrections

    order = make_order()
    refund = refund_amount(order, 2000)
    corrections.take_refund_amount(str(refund.pk), None)
    name = f"refund {refund.pk}"
    assert [(kind, reference) for kind, _number, reference in issued()[1:]] == [
        ("credit_note", name), ("invoice", f"{name} cancelled"), ("credit_note", f"{name} 1")
    ]  # fmt: skip
    assert Paper.objects.latest("pk").facts["total_minor"] == 2000


def test_an_order_that_cost_nothing_has_an_invoice_of_nothing():
    order = make_order(status="pending")
    Order.objects.update(discount_minor=5000, shipping_discount_minor=600, total_minor=0, charged_minor=0)
    order.refresh_from_db()
    with transaction.atomic():
        paper = issuing.issue_invoice(order)
    assert paper.facts["total_minor"] == 0
    assert paper.facts["payment"]["paid_minor"] == 0


def test_tax_that_spares_the_shipping_is_stated_of_the_goods_alone():
    order = make_order(status="pending")
    Order.objects.update(tax_included_minor=703)  # 19 % in 44.00
    order.taxes.update(base_minor=3697, tax_minor=703, shipping_minor=0)
    order.taxes.get().shares.update(base_minor=3697, tax_minor=703, shipping_minor=0)
    order.refresh_from_db()
    with transaction.atomic():
        facts = issuing.issue_invoice(order).facts
        assert facts["taxes"][0]["base_minor"] == 3697
        assert tax_shares.untaxed_minor(facts) == 600
        shipping = issuing.issue_credit_note(order, reference="refund 1", amount_minor=600, weights={None: 1})
        goods = issuing.issue_credit_note(order, reference="refund 2", amount_minor=4400)
    assert shipping is not None
    assert goods is not None
    assert shipping.facts["taxes"][0]["tax_minor"] == 0
    assert goods.facts["taxes"][0]["tax_minor"] == 703


def test_money_that_never_came_is_credited_in_full():
    order = make_order()
    with transaction.atomic():
        paperwork.take_back_invoice(order, reason="No money came")
        paperwork.take_back_invoice(order, reason="No money came")
    assert issued()[1:] == [("credit_note", 1001, f"{order.reference} no money")]
    assert Paper.objects.last().facts["total_minor"] == 5000


def test_what_was_paid_before_there_were_papers_gets_them_in_order_of_payment_once(capsys):
    orders = [make_order(), make_order(status="refunded"), make_order()]
    before = issued()
    forget()
    call_command("issue_papers")
    assert "3 invoices and 1 credit notes" in capsys.readouterr().out
    assert sorted(issued()) == sorted(before)
    assert [paper.order_id for paper in Paper.objects.filter(kind="invoice").order_by("number")] == [
        order.pk for order in orders
    ]
    call_command("issue_papers")
    assert "0 invoices and 0 credit notes" in capsys.readouterr().out


def test_a_paper_is_neither_changed_nor_deleted():
    paper = make_order().papers.get()
    paper.number = 7
    with pytest.raises(PaperIsFixed):
        paper.save()
    with pytest.raises(PaperIsFixed):
        paper.delete()
    with pytest.raises(PaperIsFixed):
        Paper.objects.update(number=7)
    with pytest.raises(PaperIsFixed):
        Paper.objects.all().delete()
    assert issued()[0][1] == 1001


def test_a_paper_says_the_same_after_order_product_and_shop_changed():
    from shop.papers import pdf

    order = make_order()
    before = pdf.render(order.papers.get())
    SiteIdentity.objects.update_or_create(pk=1, defaults={"name": "Other", "legal_name": "Other Ltd"})
    Order.objects.filter(pk=order.pk).update(name="Eve", city="Elsewhere")
    order.lines.update(title="Something else")
    assert pdf.render(Paper.objects.get()) == before
