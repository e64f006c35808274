"""The table of contents of a backup, and the settings that it tells of.

Secrets are never written: of them the list says only whether they are set.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from config import env
from config.backup.errors import DamagedBackup

FORMAT = 1  # raised when an older program could not read what is written
SET, NOT_SET = "set", "not set"
MOMENT = "%Y-%m-%d %H:%M:%S UTC"
_SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|DSN|(?<!SITE)_URL$")  # addresses may hold passwords


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `rows` maps tables to rows, `sha256` members of the file to the hash of their bytes, and
    `lost_pictures` names originals that the database knows and the disk does not have.
    """

    format: int
    program: str
    mode: str
    made_at: str
    vendor: str
    server_version: str
    has_been_live: bool
    migrations: list[str]
    rows: dict[str, int]
    lost_pictures: list[str]
    sha256: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse a moment that is none. Raises ValueError."""
        datetime.strptime(self.made_at, MOMENT).replace(tzinfo=UTC)

    def as_json(self) -> bytes:
        """Return the manifest as it stands in the file."""
        return _json(asdict(self))

    @property
    def moment(self) -> datetime:
        """When the backup was made."""
        return datetime.strptime(self.made_at, MOMENT).replace(tzinfo=UTC)

    @property
    def total_rows(self) -> int:
        """How many rows all tables have together."""
        return sum(self.rows.values())

    @property
    def originals(self) -> list[str]:
        """The members that are originals of pictures."""
        return [name for name in self.sha256 if name.startswith("media/")]


def read(data: bytes) -> Manifest:
    """Return the manifest that these bytes are. Raises DamagedBackup."""
    try:
        facts = json.loads(data)
        found = facts["format"]
        if found != FORMAT:
            raise DamagedBackup(f"The backup has format {found}; this program reads {FORMAT}.")
        return Manifest(**facts)
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedBackup(f"manifest.json cannot be read: {error}") from error


def settings_list() -> bytes:
    """Return the settings read from the environment, of secrets only whether they are set, as JSON."""
    return _json({name: shown(name, value) for name, value in sorted(env.read_so_far().items())})


def shown(name: str, value: str) -> str:
    """Return a setting's value, or of a secret only whether it is set."""
    if _SECRET.search(name) or ("://" in value and "@" in value):
        return SET if value else NOT_SET
    return value


def changed_settings(data: bytes) -> dict[str, tuple[str, str]]:
    """Return the settings that differ from a backup's list: name -> (there, here)."""
    there, here = json.loads(data), json.loads(settings_list())
    return {
        name: (there.get(name, NOT_SET), here.get(name, NOT_SET))
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    }


def program_version() -> str:
    """Return the newest heading of the changelog."""
    changelog = Path(settings.BASE_DIR) / "CHANGELOG.md"
    headings = re.findall(r"^## (.+)$", changelog.read_text(encoding="utf-8"), re.MULTILINE)
    return str(headings[0]).strip()


def _json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, indent=1, ensure_ascii=False).encode() + b"\n"
