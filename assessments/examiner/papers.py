"""PDF files and pictures: whether they open, their pages, what moves in them, and the pages drawn anew."""

import contextlib
import io
import re
from collections.abc import Iterator
from typing import IO, Any

from assessments.examiner.kinds import (
    JPEG,
    MOST_PAGES,
    MOST_PIXELS,
    MOST_TEXT,
    PNG,
    TIFF,
    FileType,
    Refusal,
    RefusedFile,
)

PREVIEW_WIDTH = 1240
PREVIEW_COLOURS = 64
PASSWORD_ERROR = 4
SMOOTH = {"1": "L", "P": "RGB"}
FORMATS = {PNG.content_type: "PNG", JPEG.content_type: "JPEG", TIFF.content_type: "TIFF"}
# What a PDF may do by itself when it is opened in a reader. Names may be written with #xx for any letter.
ACTIVE = {
    b"/JavaScript": "script",
    b"/JS": "script",
    b"/Launch": "launch",
    b"/EmbeddedFile": "attachment",
    b"/RichMedia": "media",
    b"/XFA": "form",
    b"/SubmitForm": "form",
    b"/OpenAction": "opening",
}
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
NAME_END = re.compile(rb"[A-Za-z0-9]")


def active_content(content: bytes) -> list[str]:
    """What the PDF's own text says that it does: script, launch, attachment, media, form, opening; sorted."""
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    return sorted({word for name, word in ACTIVE.items() if _holds(plain, name)})


def _holds(content: bytes, name: bytes) -> bool:
    """Whether the name stands there whole: ``/JS`` is not the beginning of ``/JSx``."""
    at = content.find(name)
    while at >= 0:
        if not NAME_END.match(content[at + len(name) : at + len(name) + 1]):
            return True
        at = content.find(name, at + 1)
    return False


@contextlib.contextmanager
def document(file: IO[bytes]) -> Iterator[Any]:
    """The PDF, opened. Raises ``RefusedFile`` for a damaged or locked one."""
    import pypdfium2  # noqa: PLC0415 — 50 ms that only a PDF has to pay

    try:
        with contextlib.closing(pypdfium2.PdfDocument(file)) as found:
            yield found
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD_ERROR
        raise RefusedFile(Refusal.ENCRYPTED if locked else Refusal.UNREADABLE) from error


def pdf_pages(file: IO[bytes]) -> int:
    """How many pages the PDF has, from 1. Raises ``RefusedFile``."""
    with document(file) as found:
        count = len(found)
        if count:
            # A list of pages that leads nowhere is found by asking for the first.
            found[0].close()
    if not count:
        raise RefusedFile(Refusal.UNREADABLE)
    if count > MOST_PAGES:
        raise RefusedFile(Refusal.HEAVY)
    return count


def pdf_text(file: IO[bytes], most: int = MOST_TEXT) -> str:
    """The text of the pages, one after the other, at most ``most`` characters."""
    parts: list[str] = []
    room = most
    with document(file) as found:
        for page in found:
            with contextlib.closing(page), contextlib.closing(page.get_textpage()) as text:
                read = text.get_text_range(0, min(room, text.count_chars())) if text.count_chars() else ""
            parts.append(read.replace("\r\n", "\n"))
            room -= len(read)
            if room <= 0:
                break
    return "\n".join(parts)[:most]


@contextlib.contextmanager
def picture(file: IO[bytes], kind: str) -> Iterator[Any]:
    """The picture with only its header read. Raises ``RefusedFile`` for a damaged or gigantic one."""
    from PIL import Image, ImageFile  # noqa: PLC0415 — 40 ms that only a picture has to pay

    # Half a picture is refused, also where a library in the same process has made Pillow lenient.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    file.seek(0)
    try:
        with Image.open(file, formats=[FORMATS[kind]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise RefusedFile(Refusal.HEAVY)
            yield image
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedFile(Refusal.UNREADABLE) from error


def frames(file: IO[bytes], kind: FileType) -> int:
    """The frames of the picture, whose bytes were all there. Raises ``RefusedFile``."""
    with picture(file, kind.content_type) as image:
        count = int(getattr(image, "n_frames", 1))
        if count > MOST_PAGES:
            raise RefusedFile(Refusal.HEAVY)
        _assert_whole(image, kind)
    return count


def _assert_whole(image: Any, kind: FileType) -> None:
    """A photo that was cut off in the middle is found here, not by the council."""
    if kind == JPEG:
        # At an eighth of its size, which reads every byte of it in a fraction of the time.
        image.draft("RGB", (image.width // 8 or 1, image.height // 8 or 1))
        image.load()
    elif kind == PNG:
        image.verify()


def drawn(file: IO[bytes], kind: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Pages ``first`` to ``last`` (from 1) as PNG drawn anew: nothing of the file but its look gets out."""
    if kind in FORMATS:
        yield from _drawn_picture(file, kind, first, last)
        return
    with document(file) as found:
        for number in range(first, min(last, len(found)) + 1):
            with contextlib.closing(found[number - 1]) as page:
                # A page may claim to be kilometres wide: the picture's width is fixed, not its scale.
                scale = PREVIEW_WIDTH / max(page.get_width(), page.get_height() / 2, 1)
                yield number, _png(page.render(scale=scale).to_pil())


def _drawn_picture(file: IO[bytes], kind: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    with picture(file, kind) as image:
        for number in range(first, min(last, int(getattr(image, "n_frames", 1))) + 1):
            if number > 1:
                image.seek(number - 1)
            elif kind == JPEG.content_type:
                image.draft("RGB", (PREVIEW_WIDTH, PREVIEW_WIDTH * 2))
            yield number, _png(_upright(image))


def _upright(image: Any) -> Any:
    """Small, and as the camera was held: phones write the turn beside the pixels."""
    from PIL import ImageOps  # noqa: PLC0415

    # Two colours and palettes have no colours in between, without which small letters cannot be read.
    wide = image.convert(SMOOTH[image.mode]) if image.mode in SMOOTH else image
    scale = min(1, PREVIEW_WIDTH / wide.width, 2 * PREVIEW_WIDTH / wide.height)
    size = (max(1, round(wide.width * scale)), max(1, round(wide.height * scale)))
    return ImageOps.exif_transpose(wide.resize(size, reducing_gap=2))


def _png(image: Any) -> bytes:
    out = io.BytesIO()
    small = image.convert("RGB")
    small.thumbnail((PREVIEW_WIDTH, PREVIEW_WIDTH * 2))
    # A third of the bytes of full colour: reviewers sit on weak lines, and a page of text has few colours.
    small.quantize(PREVIEW_COLOURS).save(out, "PNG")
    return out.getvalue()
