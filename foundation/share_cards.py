"""Pictures that messengers and networks show beside a shared link: 1200 x 630, drawn by us.

A card is kept below MEDIA_ROOT/share, named by all that it shows, and drawn when it is first asked for.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from PIL import Image, ImageDraw, ImageOps

from foundation import imaging, letters
from foundation.lettering import Face, draw_line, wrapped
from foundation.models import Picture

WIDTH, HEIGHT = 1200, 630  # pixels
DESIGN = "2"  # raise it when the drawing changes, so that every card is drawn anew
PAPER, INK, SOFT, ACCENT = "#faf6ef", "#2b211a", "#62534a", "#a0422a"
MARGIN, PANEL = 72, 520  # the text's distance from the edge; the width of the picture at the right


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What a card shows: a title, a line such as the price, who it is from, and a picture."""

    title: str
    line: str
    shop: str
    picture: Picture | None

    @property
    def key(self) -> str:
        """A name that changes with anything the card shows; 20 hex digits."""
        picture = self.picture.sha256 if self.picture else ""
        parts = (DESIGN, self.title, self.line, self.shop, picture)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def jpeg(card: ShareCard) -> bytes:
    """Return the card as JPEG, drawn once and kept. No query."""
    path = Path(settings.MEDIA_ROOT) / "share" / card.key[:2] / f"{card.key}.jpg"
    if not path.is_file():
        imaging.write_whole(path, _draw(card))
    return path.read_bytes()


def answer(card: ShareCard) -> HttpResponse:
    """Return the card as an answer that caches may keep for a day: its address says which one it is."""
    response = HttpResponse(jpeg(card), content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=86400"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _draw(card: ShareCard) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    room = WIDTH - 2 * MARGIN
    file = card.picture.file(PANEL) if card.picture else None
    if card.picture is not None and file is not None:
        image.paste(_panel(card.picture, file), (WIDTH - PANEL, 0))
        room -= PANEL
    right, top = MARGIN + room, MARGIN + 20
    face, lines = _fitted(card.title, room)
    for line in lines:
        draw_line(draw, (MARGIN, top, right), line, face, INK)
        top += face.line_height(card.title)
    draw_line(draw, (MARGIN, top + 24, right), letters.clean(card.line), Face("strong", 40), ACCENT)
    draw.line((MARGIN, HEIGHT - 120, MARGIN + 56, HEIGHT - 120), fill=ACCENT, width=4)
    draw_line(draw, (MARGIN, HEIGHT - 102, right), letters.clean(card.shop), Face("text", 30), SOFT)
    out = BytesIO()
    image.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    return out.getvalue()


def _panel(picture: Picture, file: Path) -> Image.Image:
    """Return the picture cropped to the panel, from its middle size if there is one."""
    with Image.open(file, formats=imaging.READABLE) as opened:
        opened.draft("RGB", (PANEL * 2, HEIGHT * 2))
        upright = opened.convert("RGB")
    centre = (picture.focal_x / 100, picture.focal_y / 100)
    return ImageOps.fit(upright, (PANEL, HEIGHT), centering=centre)


def _fitted(title: str, room: int) -> tuple[Face, list[str]]:
    """Return the largest type in which the title fits above price and shop, and its lines."""
    for size in (76, 68, 60, 52, 44):
        face = Face("heading", size)
        lines = wrapped(title, face, room)
        if len(lines) * face.line_height(title) <= HEIGHT - 300:
            return face, lines
    most = int((HEIGHT - 300) / face.line_height(title))
    return face, [*lines[: most - 1], lines[most - 1] + "…"]
