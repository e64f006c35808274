"""Colleagues who save the same form at the same instant: one save counts, the others read about it."""

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.articles import Article
from foundation import edit_conflicts
from shop.catalogue.models import Product
from shop.shipping.models import Carrier
from tests.blog.builders import make_article
from tests.builders import make_product, make_variant
from tests.foundation.test_edit_conflicts import opened, page_of, said
from tests.races.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS = 3


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch):
    """Pause between reading and writing, so that without the lock everybody would save."""
    look = edit_conflicts.look

    def slow(desk, request, row):
        seen = look(desk, request, row)
        time.sleep(0.3 if request.method == "POST" else 0)
        return seen

    monkeypatch.setattr(edit_conflicts, "look", slow)


def editors(count):
    """Return browsers of as many owners."""
    made = []
    for number in range(count):
        client = Client()
        client.force_login(User.objects.create_superuser(f"editor-{number}", "", "a-password"))
        made.append(client)
    return made


def drum():
    product = make_product(title="Krin", slug="krin")
    make_variant(product, sku="KRIN", price_minor=7800)
    return product


ROWS = {
    "its own field": (drum, "title", Product),
    "a row on its page": (drum, "variants-0-sku", Product),
    "a carrier": (lambda: Carrier.objects.create(name="Post"), "name", Carrier),
    "an article": (lambda: make_article(body="<p>x</p>"), "subtitle", Article),
}


@pytest.mark.parametrize("name", ROWS)
def test_of_saves_at_the_same_instant_exactly_one_counts(name):
    make, field, model = ROWS[name]
    row, clients = make(), editors(EDITORS)
    forms = [opened(client, row) for client in clients]

    answers = race(lambda n: clients[n].post(page_of(row), forms[n] | {field: f"by-{n}"}), EDITORS)

    assert sorted(answer.status_code for answer in answers) == [200] * (EDITORS - 1) + [302]
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 302)
    assert opened(clients[0], model.objects.get())[field] == f"by-{won}"
    for answer in answers:
        if answer.status_code == 200:
            assert f"editor-{won} saved this at" in said(answer)[0]
            assert any(f"is now “by-{won}”" in line for line in said(answer))


@pytest.mark.usefixtures("no_row_locks")
@pytest.mark.postgres
def test_without_the_lock_a_save_would_undo_another():
    row, clients = Carrier.objects.create(name="Post"), editors(EDITORS)
    forms = [opened(client, row) for client in clients]

    answers = race(lambda n: clients[n].post(page_of(row), forms[n] | {"name": f"by-{n}"}), EDITORS)

    assert sum(answer.status_code == 302 for answer in answers) > 1
