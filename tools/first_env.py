#!/usr/bin/env python3
"""Write .env on the first run: demo mode, a fresh secret key, the staff's demo password.

An existing .env is never touched. Standard library only.
"""

import os
import secrets
import sys
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
UNSAFE = set("\"'\\#$` \t\r\n")  # a .env line would not give these back as they are


def staff_password() -> str:
    """Return DEMO_STAFF_PASSWORD of the environment, else a random one. Raises ValueError."""
    given = os.environ.get("DEMO_STAFF_PASSWORD", "")
    if UNSAFE & set(given):
        raise ValueError("DEMO_STAFF_PASSWORD must not contain spaces, quotes, \\, #, $ or `.")
    return given or secrets.token_urlsafe(12)


def content() -> str:
    """Return the lines of a first .env. token_urlsafe never begins with the `$` that .env expands."""
    return (
        "# Written by the first `make run`. The README holds the table of all settings.\n"
        "SHOP_MODE=demo\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        f"DEMO_STAFF_PASSWORD={staff_password()}\n"
    )


def write(path: Path) -> None:
    """Write the file at once and for its owner alone; do nothing when it exists."""
    if path.exists():
        return
    text = content()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.rename(path)


if __name__ == "__main__":
    try:
        write(ENV_FILE)
    except ValueError as error:
        sys.exit(f"kora: {error}")
