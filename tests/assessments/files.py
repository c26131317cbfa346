"""Small real files of every kind that is taken."""

import functools
import io
import zipfile

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

COMPOUND_HEAD = bytes.fromhex("d0cf11e0a1b11ae1")


@functools.cache
def pdf(pages: int = 1, color: str = "white") -> bytes:
    """The same bytes each time within a run: Pillow writes the clock into the file."""
    out = io.BytesIO()
    sheets = [Image.new("RGB", (60, 80), color) for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def image(form: str, size: tuple[int, int] = (30, 20), frames: int = 1) -> bytes:
    out = io.BytesIO()
    first = Image.new("RGB", size, "navy")
    more = {"save_all": True, "append_images": [first] * (frames - 1)} if frames > 1 else {}
    first.save(out, form, **more)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zipped(**entries: bytes) -> bytes:
    """A zip whose entries are named by the keys, ``__`` for a slash and ``_x_`` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_x_", "."), content)
    return out.getvalue()


def docx() -> bytes:
    return zipped(word__document_x_xml=b"<w/>")


def opened(kind: str) -> bytes:
    return zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}".encode(), content_x_xml=b"<a/>")


def compound(inside: str) -> bytes:
    return COMPOUND_HEAD + bytes(600) + inside.encode("utf-16-le") + bytes(40)


def upload(name: str = "Báo cáo.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)
