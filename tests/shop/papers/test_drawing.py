"""A paper is drawn once and its bytes are kept: looking at it again costs nothing and changes nothing."""

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from foundation import heartbeats, jobs
from shop.papers import drawing, pdf, slip
from shop.papers.models import Paper, PaperIsFixed, PaperPdf
from tests.builders import make_variant
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """A paid order."""
    return make_order((make_variant(sku="KAL", on_hand=5), 3), name="ابو अ ก ა あ 한 Ada")


@pytest.fixture
def address(order):
    """The address of its invoice."""
    return order.papers.get().get_absolute_url()


@pytest.fixture
def drawn(monkeypatch):
    """A list that grows by each drawing."""
    drawings = []

    def render(paper):
        drawings.append(paper.pk)
        return f"%PDF drawing {len(drawings)}".encode()

    monkeypatch.setattr(pdf, "render", render)
    return drawings


def archive_of(client, order):
    answer = client.get(f"/admin/shop/paper/year/{order.papers.get().issued_at.year}/")
    return b"".join(answer.streaming_content)


def test_a_paper_is_drawn_once_for_all_who_look(customer, owner_client, order, address, drawn):
    staff_address = f"/admin/shop/paper/{order.papers.get().pk}/pdf/"
    looks = [customer.get(address).content for _look in range(8)]
    looks += [owner_client.get(staff_address).content for _look in range(2)]
    assert set(looks) == {b"%PDF drawing 1"}
    assert b"%PDF drawing 1" in archive_of(owner_client, order)
    assert len(drawn) == 1


def test_the_worker_draws_a_paper_before_anybody_looks(customer, address, drawn):
    jobs.run_due()
    assert len(drawn) == 1
    assert customer.get(address).content == b"%PDF drawing 1"
    assert len(drawn) == 1


def test_a_drawn_paper_keeps_its_bytes_when_drawing_has_changed(customer, address, monkeypatch):
    before = customer.get(address).content
    assert before.startswith(b"%PDF")
    monkeypatch.setattr(pdf, "render", lambda paper: b"another font")
    jobs.run_due()
    assert customer.get(address).content == before


def test_the_bytes_of_a_paper_can_be_neither_changed_nor_deleted(customer, address):
    customer.get(address)
    with pytest.raises(PaperIsFixed):
        PaperPdf.objects.update(content=b"")
    with pytest.raises(PaperIsFixed):
        PaperPdf.objects.all().delete()


def test_of_those_who_look_at_once_one_draws_and_the_others_come_back(address, monkeypatch):
    others = []

    def render(paper):
        others.append(Client().get(address))
        return b"%PDF"

    monkeypatch.setattr(pdf, "render", render)
    assert Client().get(address).content == b"%PDF"
    assert [answer.status_code for answer in others] == [503]
    assert others[0]["Retry-After"] == "3"
    assert f'href="{address}"' in others[0].content.decode()
    assert "no-store" in others[0]["Cache-Control"]
    assert Client().get(address).status_code == 200


def test_a_paper_of_many_letters_is_drawn_by_the_worker_and_not_while_somebody_waits(
    customer, address, drawn
):
    heartbeats.beat("a worker")
    looks = [customer.get(address) for _look in range(3)]
    assert [look.status_code for look in looks] == [503, 503, 503]
    assert "will be ready in a few seconds" in looks[0].content.decode()
    assert drawn == []
    jobs.run_due()
    assert customer.get(address).content == b"%PDF drawing 1"
    assert len(drawn) == 1


def test_a_plain_paper_is_drawn_at_once_also_beside_a_worker(customer, drawn):
    heartbeats.beat("a worker")
    paper = make_order(name="Łucja Ωμέγα Жанна").papers.get()
    assert customer.get(paper.get_absolute_url()).content == b"%PDF drawing 1"


def test_a_paper_whose_job_is_gone_is_asked_for_once_a_minute(customer, address, drawn, time_machine):
    DBTaskResult.objects.all().delete()
    heartbeats.beat("a worker")
    for _look in range(3):
        customer.get(address)
    assert DBTaskResult.objects.filter(task_path="shop.papers.drawing.draw").count() == 1


def test_a_long_paper_counts_as_dear():
    plain = {"facts": {"lines": [{}] * drawing.MOST_LINES, "buyer": "Ada"}}
    assert drawing.is_quick(Paper(**plain))
    assert not drawing.is_quick(Paper(facts={"lines": [{}] * (drawing.MOST_LINES + 1), "buyer": "Ada"}))


def test_an_archive_with_papers_to_draw_is_prepared_by_the_worker(owner_client, order, drawn):
    year = order.papers.get().issued_at.year
    for _order in range(drawing.AT_ONCE):
        make_order(name="Ada")
    DBTaskResult.objects.all().delete()
    answers = [owner_client.get(f"/admin/shop/paper/year/{year}/") for _look in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    page = answers[0].content.decode()
    assert f"0 of {drawing.AT_ONCE + 1} papers of {year} are ready so far." in page
    assert f'href="/admin/shop/paper/year/{year}/"' in page
    assert (drawn, DBTaskResult.objects.count()) == ([], 1)
    jobs.run_due()
    assert len(drawn) == drawing.AT_ONCE + 1
    assert archive_of(owner_client, order).startswith(b"PK")
    assert len(drawn) == drawing.AT_ONCE + 1


def test_an_archive_is_drawn_a_few_papers_at_a_time(order, drawn, monkeypatch):
    monkeypatch.setattr(drawing, "A_JOB", 1)
    year = order.papers.get().issued_at.year
    make_order(name="Ada")
    DBTaskResult.objects.all().delete()
    drawing.draw_year.func(year)
    assert (len(drawn), DBTaskResult.objects.count()) == (1, 1)
    jobs.run_due()
    assert len(drawn) == 2
    assert not DBTaskResult.objects.ready().exists()


def test_a_drawing_that_failed_can_be_tried_again_at_once(order, monkeypatch):
    paper = order.papers.get()

    def fail(paper):
        raise OSError

    with monkeypatch.context() as broken, pytest.raises(OSError):  # noqa: PT012
        broken.setattr(pdf, "render", fail)
        drawing.of_paper(paper)
    assert drawing.of_paper(paper).startswith(b"%PDF")


def test_whoever_keeps_a_paper_first_decides_its_bytes(order, monkeypatch):
    paper = order.papers.get()

    def overtaken(paper):
        monkeypatch.setattr(pdf, "render", lambda paper: b"%PDF first")
        drawing.kept(paper)
        return b"%PDF second"

    monkeypatch.setattr(pdf, "render", overtaken)
    assert drawing.kept(paper) == b"%PDF first"


def test_one_address_may_look_so_often_and_others_go_on(address, settings):
    settings.LIMIT_PAPERS = (3, 60)
    answers = [Client().get(address) for _look in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 200


def test_a_packing_slip_is_drawn_anew_only_when_it_says_something_else(owner_client, order, monkeypatch):
    drawings = []
    real = slip._drawn
    monkeypatch.setattr(slip, "_drawn", lambda *says: drawings.append(1) or real(*says))
    address = f"/admin/shop/paper/slip/{order.pk}/"
    first = [owner_client.get(address).content for _look in range(3)]
    assert len(set(first)) == len(drawings) == 1
    order.name = "Somebody Else"
    order.save()
    assert owner_client.get(address).content != first[0]
    assert len(drawings) == 2
