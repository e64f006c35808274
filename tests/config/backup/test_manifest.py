"""No secret gets into a backup: neither into the list of settings nor anywhere else."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import connection

from config.backup import manifest
from config.backup.errors import DamagedBackup
from tests.config.backup.archives import manifest_of, members

SECRETS = {
    "SECRET_KEY": "signing-key-0123456789-abcdefghijklmnopqrstuvwxyz-QWERTZUIOP",
    "STRIPE_SECRET_KEY": "sk_live_stripe-secret-key",
    "STRIPE_WEBHOOK_SECRET": "whsec_stripe-webhook-secret",
    "EMAIL_URL": "smtp+tls://mail-user:mail-password@mail.example:587",
    "CACHE_URL": "redis://:cache-password@127.0.0.1:6379/0",
    "DEMO_STAFF_PASSWORD": "demo-staff-password",
}
PASSWORDS = [b"mail-password", b"cache-password", b"database-password"]


def database_url(name: str) -> str:
    """Return an address with a password, which the test's server does not ask for."""
    if connection.vendor == "sqlite":
        return ""
    host = connection.settings_dict["OPTIONS"].get("host") or connection.settings_dict["HOST"]
    return f"postgres://{connection.settings_dict['USER']}:database-password@/{name}?host={host}"


@pytest.mark.django_db(transaction=True)
def test_no_secret_of_a_live_shop_is_in_its_backup(empty_place, tmp_path):
    empty_place()
    live = {"SHOP_MODE": "live", "SHOP_CURRENCY": "EUR", "SITE_URL": "https://shop.example"}
    variables = live | SECRETS | {"VAR_DIR": str(tmp_path / "live"), "TIME_ZONE": "Europe/Berlin"}
    variables |= {"DATABASE_URL": database_url(str(connection.settings_dict["NAME"]))}
    variables |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    connection.close()
    for command in (["migrate", "--verbosity=0"], ["backup", str(tmp_path)]):
        result = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=django_settings.BASE_DIR, check=False,
            env=os.environ | variables, capture_output=True, text=True,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
    [file] = tmp_path.glob("kora-*.tar")
    everything = file.read_bytes()
    told = json.loads(members(file)["settings.json"])
    assert [name for name, value in SECRETS.items() if value.encode() in everything] == []
    assert [word for word in PASSWORDS if word in everything] == []
    assert {told[name] for name in SECRETS} == {"set"}
    assert (told["SHOP_CURRENCY"], told["TIME_ZONE"]) == ("EUR", "Europe/Berlin")
    assert manifest_of(file)["mode"] == "live"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("SECRET_KEY", "k", "set"),
        ("STRIPE_SECRET_KEY", "", "not set"),
        ("DATABASE_URL", "", "not set"),
        ("A_NEW_API_TOKEN", "t", "set"),
        ("SITE_URL", "https://shop.example", "https://shop.example"),
        ("ERRORS_GO_TO", "https://key@errors.example/1", "set"),
        ("STAFF_EMAILS", "owner@shop.example", "owner@shop.example"),
    ],
)
def test_of_a_secret_only_whether_it_is_set_is_told(name, value, shown):
    assert manifest.shown(name, value) == shown


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff", b"null"])
def test_manifest_that_says_nothing_is_damage(data):
    with pytest.raises(DamagedBackup):
        manifest.read(data)
