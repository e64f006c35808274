"""Shared pictures draw every script that papers can draw."""

import io

import pytest
from PIL import Image, ImageChops

from foundation import lettering, letters, share_cards
from foundation.lettering import Face
from foundation.share_cards import ShareCard
from tests.shop.papers.test_letters import NAMES

pytestmark = pytest.mark.usefixtures("media")
ROOM = share_cards.WIDTH - 2 * share_cards.MARGIN - share_cards.PANEL


def drawn(title: str, *, line: str = "$44.00", shop: str = "Kora") -> Image.Image:
    return Image.open(io.BytesIO(share_cards.jpeg(ShareCard(title, line, shop, None)))).convert("L")


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES.keys())
def test_every_letter_is_drawn_in_a_font_that_has_it(text):
    for face in letters.FACES:
        parts = lettering.runs(letters.clean(text), face)
        assert "".join(part for part, _font in parts) == letters.clean(text)
        for part, font in parts:
            assert {ord(letter) for letter in part} <= letters.letters_of(font)


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES.keys())
def test_title_line_and_shop_are_drawn_in_it(text):
    empty, boxes = drawn(""), drawn("\u25a1" * len(text))
    title = drawn(text)
    assert ImageChops.difference(title, empty).getbbox() is not None
    assert ImageChops.difference(title, boxes).getbbox() is not None
    assert ImageChops.difference(drawn("A", line=text), drawn("A", line="")).getbbox() is not None
    assert ImageChops.difference(drawn("A", shop=text), drawn("A", shop="")).getbbox() is not None


@pytest.mark.parametrize("text", [*NAMES.values(), "東" * 80, "W" * 90, "ก" * 99, "ولد" * 40])
def test_no_line_leaves_its_room_however_long_a_word_is(text):
    face, lines = share_cards._fitted(text * 2, ROOM)
    assert all(lettering.width(line.rstrip("…"), face) <= ROOM for line in lines)
    assert len(lines) * face.line_height(text) <= share_cards.HEIGHT - 300
    assert lettering.wrapped(text, Face("heading", 44), ROOM)


def test_a_line_from_right_to_left_stands_at_the_right_with_its_number_at_the_end():
    box = ImageChops.difference(drawn("שלום 12"), drawn("")).getbbox()
    assert box is not None
    assert box[2] > share_cards.WIDTH - share_cards.MARGIN - 40
    assert lettering.is_from_right("12 שלום")
    assert not lettering.is_from_right("12 Flute שלום")


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("רחוב 12, אביב", ["אביב", " ", ",", "12", "רחוב "]),
        ("Flute שלום 12", ["Flute ", "שלום", " ", "12"]),
        ("Flute", ["Flute"]),
    ],
)
def test_signs_between_two_directions_follow_the_line(text, placed):
    assert "|".join(part for part, _font in lettering.in_place(text, "text")).split("|") == placed


@pytest.mark.parametrize("text", ["", " ", "\0", "a\u0301" * 50, "💥 Flute", "\u202eFlute", "\n\t"])
def test_odd_texts_are_drawn_too(text):
    assert drawn(text, line=text, shop=text).size == (1200, 630)
