"""Pictures that messengers and networks show beside a shared link: 1200 x 630, drawn by us.

A card is kept below MEDIA_ROOT/share, named by all that it shows, and drawn when it is first asked for.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from PIL import Image, ImageDraw, ImageFont, ImageOps

from foundation import imaging
from foundation.models import Picture

WIDTH, HEIGHT = 1200, 630  # pixels
DESIGN = "1"  # raise it when the drawing changes, so that every card is drawn anew
PAPER, INK, SOFT, ACCENT = "#faf6ef", "#2b211a", "#62534a", "#a0422a"
MARGIN, PANEL = 72, 520  # the text's distance from the edge; the width of the picture at the right
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"


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
    size, lines = _fitted(card.title, room)
    top = MARGIN + 20
    for line in lines:
        draw.text((MARGIN, top), line, fill=INK, font=_display(size))
        top += round(size * 1.16)
    draw.text((MARGIN, top + 24), card.line, fill=ACCENT, font=_text(40, 600))
    draw.line((MARGIN, HEIGHT - 120, MARGIN + 56, HEIGHT - 120), fill=ACCENT, width=4)
    draw.text((MARGIN, HEIGHT - 102), card.shop, fill=SOFT, font=_text(30, 500))
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


def _fitted(title: str, room: int) -> tuple[int, list[str]]:
    """Return the largest type size at which the title takes four lines at most, and the lines."""
    sizes = (76, 68, 60, 52, 44)
    for size in sizes:
        lines = _wrapped(title, _display(size), room)
        if len(lines) * size * 1.16 <= HEIGHT - 300:
            return size, lines
    most = int((HEIGHT - 300) / (sizes[-1] * 1.16))
    return sizes[-1], [*lines[: most - 1], lines[most - 1] + "…"]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _display(size: int) -> ImageFont.FreeTypeFont:
    return _font("fraunces-soft-latin.woff2", size, 560)


def _text(size: int, weight: int) -> ImageFont.FreeTypeFont:
    return _font("figtree-latin.woff2", size, weight)


def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / name, size)
    font.set_variation_by_axes([weight])
    return font
