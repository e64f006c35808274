"""Fixtures of the foundation's tests: a media folder of their own, letters to send, a clean record."""

from pathlib import Path

import pytest

from tests.foundation import example_jobs


@pytest.fixture(autouse=True)
def nothing_recorded():
    """Forget what earlier example jobs did."""
    example_jobs.done.clear()


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """Give pictures a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def letter(settings, tmp_path) -> Path:
    """Provide the e-mail templates of a message called `greeting`."""
    folder = tmp_path / "templates" / "emails" / "greeting"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Hello\n  {{ name }}\n")
    (folder / "body.txt").write_text("Dear {{ name }},\n{{ identity.name }} greets you: {{ site_url }}/\n")
    (folder / "body.html").write_text("<p>Dear {{ name }}, {{ identity.name }} greets you.</p>")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path / "templates"]}]
    return folder
