"""Rules of `manage.py restore`: into an empty place, all of it, proved; else nothing is changed."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client

from comments.models import Comment
from config.backup import numbers
from foundation import pictures
from foundation.management.commands import make_renditions
from foundation.models import OutboxMail, Picture
from shop.catalogue.models import Variant
from shop.discounts.models import DiscountCode
from shop.giftcards.models import GiftCard
from shop.orders.models import NumberSequence, Order
from shop.papers.models import Paper
from shop.payments.models import Payment, Refund
from tests.config.backup.archives import changed, manifest_of, members
from tests.config.backup.conftest import make_backup
from tests.shop.checkout_builders import buy
from tests.shop.giftcards.builders import make_card
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)


def restore(file, **options):
    call_command("restore", file, **options)


def whole_shop() -> dict[str, list[dict]]:
    """Return what must come back: every row that speaks of money, stock, people or mail."""
    models: tuple[type[Model], ...] = (
        Order, Payment, Refund, Paper, DiscountCode, Variant, Picture, OutboxMail, NumberSequence,
    )  # fmt: skip
    return {m.__name__: [dict(row) for row in m._default_manager.order_by("pk").values()] for m in models}


def next_numbers(rows):
    return {row["name"]: row["next_number"] for row in rows.pop("NumberSequence")}


def test_restored_shop_has_the_same_rows_and_its_books_agree(backup, empty_place, capsys):
    before = whole_shop()
    empty_place()
    restore(backup)
    after = whole_shop()
    series, series_before = next_numbers(after), next_numbers(before)
    for picture in before["Picture"] + after["Picture"]:
        picture.pop("renditions")  # made again
    assert after == before
    assert series.pop("order") == series_before.pop("order") + numbers.ORDER_GAP
    assert series == series_before, "no paper's number is left out"
    assert set(series) == {"invoice", "credit_note"}
    printed = capsys.readouterr().out
    assert f"rows: {sum(manifest_of(backup)['rows'].values())}, pictures: 1" in printed
    assert "The books agree." in printed
    assert "The book of gift cards agrees." in printed
    assert "manage.py reconcile --days 2 " in printed


def test_restored_pictures_are_served(backup, empty_place, settings):
    original = members(backup)[f"media/{Picture.objects.get().original}"]
    empty_place()
    restore(backup)
    picture = Picture.objects.get()
    assert (settings.MEDIA_ROOT / str(picture.original)).read_bytes() == original
    assert fetched(picture.src)


def fetched(address: str) -> bytes:
    with closing(Client().get(address)) as answer:
        assert answer.status_code == 200
        return b"".join(answer)


def test_restored_shop_sells(backup, empty_place):
    sku = Variant.objects.get(on_hand__gt=400).sku
    empty_place()
    restore(backup)
    order = buy(Client(), Variant.objects.get(sku=sku))
    assert order.number > Order.objects.exclude(pk=order.pk).latest("number").number + numbers.ORDER_GAP - 1
    call_command("check_stock")


def test_what_was_lost_never_gets_its_number_again(backup, empty_place):
    """Stripe still knows the payment made after the backup; a later one must not be taken for it."""
    lost = make_order()
    lost_payment = Payment.objects.get(order=lost)
    empty_place()
    restore(backup)
    new = make_order()
    assert new.number > lost.number
    assert Payment.objects.get(order=new).pk > lost_payment.pk
    assert (
        Comment.objects.create(name="A", email="a@b.example", body="c", **comment_target()).pk
        > numbers.ID_GAP
    )


def comment_target() -> dict:
    from tests.comments.builders import make_article, make_comment

    return {f: getattr(make_comment(target=make_article()), f) for f in ("content_type", "object_id")}


def test_from_the_shell_into_nothing_at_all(backup, empty_place, tmp_path):
    """No folder, no table, no staff: only settings."""
    empty_place()
    connection.close()
    command = [sys.executable, "manage.py", "restore", str(backup)]
    variables = {
        "VAR_DIR": str(tmp_path / "new"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if connection.vendor == "postgresql":
        options = connection.settings_dict
        variables["DATABASE_URL"] = (
            f"postgres://{options['USER']}@/{options['NAME']}?host={options['OPTIONS']['host']}"
        )
    result = subprocess.run(
        command,
        cwd=django_settings.BASE_DIR,
        env=os.environ | variables,
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "The books agree." in result.stdout
    assert "VAR_DIR was" in result.stdout


def test_shop_with_rows_is_left_alone_and_says_what_is_in_the_way(backup):
    before = whole_shop()
    with pytest.raises(CommandError, match="rows in shop_order: 4"):
        restore(backup)
    assert whole_shop() == before


def test_pictures_in_the_way_are_named(backup, empty_place):
    folder = empty_place() / "media" / "originals" / "ab"
    folder.mkdir(parents=True)
    (folder / "ab.jpg").write_bytes(b"mine")
    with pytest.raises(CommandError, match=r"pictures in .*: 1"):
        restore(backup)
    assert (folder / "ab.jpg").read_bytes() == b"mine"
    assert connection.introspection.table_names() == []


def test_tables_right_after_migrate_count_as_empty(backup, empty_place):
    before = whole_shop()
    empty_place()
    call_command("migrate", verbosity=0)
    restore(backup)
    assert whole_shop()["Order"] == before["Order"]


def test_database_that_somebody_has_open_is_refused(backup, empty_place):
    place = empty_place()
    call_command("migrate", verbosity=0)
    if connection.vendor == "postgresql":
        other = psycopg.connect(
            **{k: v for k, v in connection.get_connection_params().items() if k in {"dbname", "user", "host"}}
        )
    else:
        other = sqlite3.connect(connection.settings_dict["NAME"])
        other.execute("SELECT COUNT(*) FROM shop_order")
    with closing(other), pytest.raises(CommandError, match="end web and worker first"):
        restore(backup)
    assert not (place / "media" / "originals").exists()


def test_backup_of_an_older_program_is_migrated(shop, tmp_path, empty_place):
    """Comments came later, say: the backup knows neither their tables nor their migrations."""
    call_command("migrate", "comments", "zero", verbosity=0)
    file = make_backup(tmp_path / "backups")
    call_command("migrate", verbosity=0)
    assert "comments_comment" not in manifest_of(file)["rows"]
    empty_place()
    restore(file)
    assert Comment.objects.count() == 0


def test_rows_that_are_not_those_of_the_backup_are_an_error(backup, empty_place, capsys):
    file = changed(backup, lambda told, parts: told["rows"].update(shop_order=5, shop_gone=1))
    empty_place()
    with pytest.raises(CommandError, match="not those of the backup"):
        restore(file)
    printed = capsys.readouterr().out
    assert "shop_order: 4 instead of 5 rows" in printed
    assert "shop_gone: no table instead of 1 rows" in printed


def test_books_that_disagreed_when_they_were_kept_are_an_error(shop, tmp_path, empty_place, capsys):
    Variant.objects.filter(pk=shop.pk).update(reserved=7)
    file = make_backup(tmp_path / "backups")
    empty_place()
    with pytest.raises(CommandError, match="books of stock"):
        restore(file)
    assert "reserved 7" in capsys.readouterr().out


def test_a_book_of_gift_cards_that_disagreed_is_an_error(shop, tmp_path, empty_place, capsys):
    card = make_card(balance_minor=5000)
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=5100)
    file = make_backup(tmp_path / "backups")
    empty_place()
    with pytest.raises(CommandError, match="book of gift cards does not agree"):
        restore(file)
    printed = capsys.readouterr().out
    assert "balance $51.00, movements add up to $50.00" in printed
    assert "The books agree." in printed


def test_database_that_cannot_be_restored_leaves_the_place_empty(backup, empty_place):
    def spoil(told, parts):
        name = next(iter(parts))
        parts[name] = parts[name][:2000] + b"x" * (len(parts[name]) - 2000)

    file = changed(backup, spoil)
    place = empty_place()
    with pytest.raises(CommandError, match=r"damaged|pg_restore failed"):
        restore(file)
    assert connection.introspection.table_names() == []
    assert not (place / "media" / "originals").exists()
    restore(backup)


@pytest.mark.parametrize("error", [RuntimeError("a decoder broke"), MemoryError(), CommandError("no room")])
def test_books_are_proved_whatever_a_picture_does(backup, empty_place, capsys, monkeypatch, error):
    def broken(*args, **kwargs):
        printed.append(capsys.readouterr().out)
        raise error

    printed: list[str] = []
    empty_place()
    monkeypatch.setattr(make_renditions.Command, "handle", broken)
    restore(backup)
    assert "The books agree." in printed[0], "the proof comes before the pictures"
    assert "The book of gift cards agrees." in printed[0]
    assert "manage.py make_renditions goes on" in capsys.readouterr().err


def test_picture_that_breaks_its_decoder_stops_no_other(backup, empty_place, capsys, monkeypatch):
    def broken(*args, **kwargs):
        raise SystemError("a decoder broke")

    empty_place()
    monkeypatch.setattr(pictures, "write", broken)
    restore(backup)
    printed = capsys.readouterr()
    assert "SystemError: a decoder broke" in printed.err
    assert "0 pictures rendered." in printed.out
