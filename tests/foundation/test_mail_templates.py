"""Every mail is a folder of three files in one hand: subject, text and HTML in the same frame."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

FOLDERS = sorted(path for path in Path(settings.BASE_DIR, "templates/emails").iterdir() if path.is_dir())
PARTS = ["body.html", "body.txt", "subject.txt"]


def test_there_are_mails_to_look_at():
    assert len(FOLDERS) > 10


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_mail_has_a_subject_a_text_and_html(folder):
    assert sorted(path.name for path in folder.iterdir()) == PARTS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
@pytest.mark.parametrize("kind", ["html", "txt"])
def test_a_mail_fills_the_frame_that_all_mails_share(folder, kind):
    nodes = get_template(f"emails/{folder.name}/body.{kind}").template.nodelist
    [frame] = nodes.get_nodes_by_type(ExtendsNode)
    assert frame.parent_name.token == f'"emails/base.{kind}"'
    assert "content" in {block.name for block in frame.nodelist.get_nodes_by_type(BlockNode)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_subject_is_one_line(folder):
    text = (folder / "subject.txt").read_text()
    assert text.strip().count("\n") == 0
