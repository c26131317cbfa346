"""Pages of documents as pictures: drawn anew beforehand, marked with who looks where a document is confidential."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO

import fontpkg_noto_serif
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from assessments.models import Evidence, EvidenceState
from assessments.selectors import Altered, NoPreview, Withheld, page_image
from units.models import User
from units.selectors import current_memberships

FONT = Path(fontpkg_noto_serif.__file__).parent / "files" / "NotoSerif[wdth,wght].ttf"
SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
COLOURS = 64
PIECE = 1024 * 1024
SIZE = 26
SLANT = 30
INK = (160, 0, 0, 90)


@dataclass(frozen=True)
class Page:
    """A picture as it goes out."""

    content: bytes
    content_type: str


def page_file(evidence: Evidence, number: int, viewer: User) -> Page:
    """Page ``number`` (from 1) for the person; of a confidential document with name, unit and time drawn over it.

    The caller has asked the door whether the person may read it. Raises ``NoPreview`` where there is no such picture,
    ``NotDrawn`` while the worker has not made it.
    """
    content = page_image(evidence, number)
    if evidence.is_confidential:
        return Page(marked(content, mark_of(viewer, timezone.localtime())), "image/png")
    kind = next((kind for head, kind in SIGNATURES.items() if content.startswith(head)), "")
    if not kind:
        raise NoPreview(f"page {number} is no picture")
    return Page(content, kind)


def mark_of(viewer: User, at: datetime) -> str:
    """Who looks, of which unit, when."""
    units = [membership.unit.name for membership in current_memberships(viewer)[:1]]
    return " · ".join([viewer.full_name or viewer.username, *units, f"{at:%H:%M %d/%m/%Y}"])


def marked(content: bytes, words: str) -> bytes:
    """The picture as PNG with the words over all of it, slanted, so that no part can be cut out without them.

    Raises ``NoPreview`` where it is no picture.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            page = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise NoPreview(str(error)) from error
    page.alpha_composite(_layer(page.width, page.height, words))
    out = io.BytesIO()
    page.convert("RGB").quantize(COLOURS).save(out, "PNG")
    return out.getvalue()


def _layer(width: int, height: int, words: str) -> Image.Image:
    """The words in rows, turned; large enough that its middle covers the page."""
    side = width + height
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw, font = ImageDraw.Draw(layer), _font()
    step = int(draw.textlength(words, font=font)) + 4 * SIZE
    for row, top in enumerate(range(0, side, 6 * SIZE)):
        for left in range(-(row % 2) * step // 2, side, step):
            draw.text((left, top), words, font=font, fill=INK)
    turned = layer.rotate(SLANT)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, SIZE)


def whole(evidence: Evidence) -> IO[bytes]:
    """The stored file, opened at its beginning once its digest was found right; never as a whole in memory.

    Raises ``Altered`` when it is gone or is no longer what was taken in, ``Withheld`` in quarantine.
    """
    if evidence.state != EvidenceState.CLEAN:
        raise Withheld(f"evidence {evidence.pk}")
    digest = sha256()
    try:
        opened: IO[bytes] = evidence.file.open("rb")
        for piece in iter(lambda: opened.read(PIECE), b""):
            digest.update(piece)
    except (OSError, ValueError) as error:
        raise Altered(str(error)) from error
    if digest.hexdigest() != evidence.sha256:
        opened.close()
        raise Altered(f"evidence {evidence.pk}")
    opened.seek(0)
    return opened
