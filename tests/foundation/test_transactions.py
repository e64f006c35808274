"""What counts as a transaction of the shop's own, in tests that are rolled back and in those that commit."""

import pytest
from django.db import transaction

from foundation import transactions


@pytest.fixture(params=["db", "transactional_db"], autouse=True)
def either_kind_of_test(request):
    request.getfixturevalue(request.param)


@pytest.fixture
def heard():
    return []


def fail():
    raise ConnectionError


def on_commit_then(func, then):
    with transaction.atomic():
        transaction.on_commit(func)
        then()


def test_a_transaction_is_open_inside_a_block_alone():
    assert not transactions.is_open()
    with transaction.atomic():
        assert transactions.is_open()
    assert not transactions.is_open()


def test_what_waits_for_the_commit_is_called_by_the_outermost_block(heard):
    with transaction.atomic():
        on_commit_then(lambda: heard.append("paid"), lambda: None)
        assert heard == []
    assert heard == ["paid"]


def test_what_waits_for_no_transaction_is_called_at_once(heard):
    transaction.on_commit(lambda: heard.append("paid"))
    assert heard == ["paid"]


def test_what_was_rolled_back_is_never_called(heard):
    with pytest.raises(ConnectionError):
        on_commit_then(lambda: heard.append("paid"), fail)
    on_commit_then(lambda: heard.append("sent"), lambda: None)
    assert heard == ["sent"]


def test_only_what_is_robust_may_fail_without_a_word(heard):
    on_commit_then(lambda: heard.append("sent"), lambda: transaction.on_commit(fail, robust=True))
    assert heard == ["sent"]
    with pytest.raises(ConnectionError):
        on_commit_then(fail, lambda: None)
