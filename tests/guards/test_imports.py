"""Who may import whom: the contracts of pyproject.toml, docs/architecture.md."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def test_import_contracts_are_kept():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_domain_of_the_shop_is_in_the_index_of_tables():
    index = (ROOT / "shop" / "models.py").read_text()
    domains = sorted(path.parent.name for path in (ROOT / "shop").glob("*/models.py"))
    assert domains
    missing = [name for name in domains if f"from shop.{name}.models import *" not in index]
    assert missing == []
