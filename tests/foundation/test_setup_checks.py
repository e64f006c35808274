"""The list of what a shop lacks: its order, its sentences, and the checks of the foundation itself."""

import pytest
from django.core.management import call_command

from foundation import heartbeats, setup_checks
from foundation.models import SiteIdentity
from foundation.setup_checks import Missing

WHOLE = {
    "name": "Flutes", "line1": "Lindenstraße 1", "city": "Köln", "email": "hi@shop.example",
    "tax_number": "DE1",
}  # fmt: skip


@pytest.fixture
def no_checks(monkeypatch):
    monkeypatch.setattr(setup_checks, "_checks", [])


def sentences(check):
    return [found.text for found in check()]


def test_checks_are_asked_in_the_order_of_registration_and_once(no_checks):
    first, second = Missing("No name."), Missing("No price.", "/admin/")

    def name():
        return [first]

    for check in (name, lambda: [second], list, name):
        setup_checks.register(check)
    assert setup_checks.missing() == [first, second]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["Malta"], "Malta"),
        (["Austria", "France", "Malta"], "Austria, France, Malta"),
        (["Austria", "France", "Malta", "Spain"], "Austria, France, Malta and 1 more"),
        (["Austria", "France", "Malta", "Spain", "Sweden"], "Austria, France, Malta and 2 more"),
    ],
)
def test_a_sentence_names_three_at_most(names, sentence):
    assert setup_checks.some(names) == sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "label"),
    [("line1", "address"), ("city", "city"), ("email", "e-mail"), ("tax_number", "tax number")],
)
def test_an_identity_names_what_it_lacks(field, label):
    SiteIdentity.objects.create(pk=1, **WHOLE | {field: ""})
    [found] = setup_checks.identity_is_complete()
    assert f"lack: {label}." in found.text
    assert found.url == "/admin/foundation/siteidentity/"


@pytest.mark.django_db
def test_a_whole_identity_lacks_nothing():
    SiteIdentity.objects.create(pk=1, **WHOLE)
    assert sentences(setup_checks.identity_is_complete) == []


@pytest.mark.django_db
def test_a_shop_that_nobody_named_lacks_a_name():
    SiteIdentity.objects.create(pk=1, **WHOLE | {"name": "Kora"})
    assert "lack: shop name." in sentences(setup_checks.identity_is_complete)[0]


@pytest.mark.django_db
def test_a_shop_may_keep_the_name_that_it_began_with():
    SiteIdentity.objects.create(pk=1, **WHOLE | {"name": "Kora", "legal_name": "Kora GmbH"})
    assert sentences(setup_checks.identity_is_complete) == []


@pytest.mark.django_db
def test_a_silent_worker_is_missing_until_it_is_heard_of():
    assert "No worker is running" in sentences(setup_checks.worker_is_running)[0]
    heartbeats.beat("one")
    assert sentences(setup_checks.worker_is_running) == []


def test_the_command_prints_what_the_page_shows_and_ends_with_1(no_checks, capsys):
    setup_checks.register(lambda: [Missing("No name.", "/admin/name/"), Missing("No key.")])
    with pytest.raises(SystemExit) as end:
        call_command("check_setup")
    assert end.value.code == 1
    assert capsys.readouterr().out == "No name. http://testserver/admin/name/\nNo key.\n"


def test_the_command_is_content_with_a_shop_that_lacks_nothing(no_checks, capsys):
    call_command("check_setup")
    assert capsys.readouterr().out == "Everything that a shop needs is there.\n"
