"""PDF files: fonts with every Vietnamese letter, nothing foreign fetched, the same bytes again."""

import importlib
import logging
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pypdfium2 import PdfDocument

from units import pdf

needs_pango = pytest.mark.skipif(pdf.problem() is not None, reason=pdf.problem() or "")
LETTERS = "ộ ễ ắ ỳ ướ ượ Ộ Ễ Ắ Ỳ ƯỚ ƯỢ Đ đ"
PAGE = f'<html lang="vi"><body style="font-family: Document Serif"><p>{LETTERS}</p></body></html>'


def text_of(file: bytes) -> str:
    with PdfDocument(file) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture
def _fresh() -> Iterator[None]:
    pdf._library.cache_clear()
    yield
    pdf._library.cache_clear()


@needs_pango
def test_render_keeps_every_vietnamese_letter() -> None:
    assert text_of(pdf.render(PAGE)).strip() == LETTERS


@needs_pango
def test_render_twice_gives_the_same_bytes() -> None:
    first = pdf.render(PAGE)
    time.sleep(1.1)
    assert pdf.render(PAGE) == first


@needs_pango
def test_render_with_the_packaged_font_keeps_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "serif_font", pdf.packaged_font)
    assert text_of(pdf.render(PAGE)).strip() == LETTERS


@needs_pango
@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://169.254.169.254/latest", "https://example.org/a.png", "ftp://example.org"]
)
def test_render_fetches_nothing_foreign(address: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("weasyprint").propagate = True
    pdf.render(f'<p>a</p><img src="{address}">')
    refusals = [record.getMessage() for record in caplog.records if "a document may not use" in record.getMessage()]
    assert len(refusals) == 1


@needs_pango
def test_render_reads_data_and_static_files(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("weasyprint").propagate = True
    pdf.render(
        '<html lang="vi"><img alt="a" src="img/mark.svg">'
        '<img alt="b" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">'
    )
    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("data:text/plain,a", True),
        ((pdf.STATIC / "css" / "parindex.css").as_uri(), True),
        (pdf.serif_font().files[0].as_uri(), True),
        (f"{pdf.STATIC.as_uri()}/../manage.py", False),
        (f"file://elsewhere{pdf.STATIC}/css/parindex.css", False),
        ("file:///etc/hostname", False),
        ("http://127.0.0.1/", False),
    ],
)
def test_is_own_allows_data_static_files_and_fonts_only(address: str, own: bool) -> None:
    assert pdf.is_own(address) is own


def test_serif_font_draws_every_vietnamese_letter() -> None:
    assert [pdf.has_every_letter(file) for file in pdf.serif_font().files] == [True] * 4


def test_choose_without_times_takes_the_packaged_font(tmp_path: Path) -> None:
    assert pdf.choose([tmp_path]).name == "Noto Serif"


def test_choose_with_a_broken_family_takes_the_next(tmp_path: Path) -> None:
    whole = pdf.packaged_font().files[0].read_bytes()
    for file in pdf.TIMES[0][1]:
        (tmp_path / file).write_bytes(b"not a font")
    for file in pdf.TIMES[1][1]:
        (tmp_path / file).write_bytes(whole)
    assert pdf.choose([tmp_path]) == pdf.Font(
        "Liberation Serif",
        (
            tmp_path / "LiberationSerif-Regular.ttf",
            tmp_path / "LiberationSerif-Bold.ttf",
            tmp_path / "LiberationSerif-Italic.ttf",
            tmp_path / "LiberationSerif-BoldItalic.ttf",
        ),
    )


def test_font_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    assert pdf.font_folders()[-1] == tmp_path / "fonts"


@pytest.mark.usefixtures("_fresh")
def test_problem_without_pango_names_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> ModuleType:
        sys.stdout.write("a paragraph of the library's own")
        raise OSError("cannot load library 'libgobject-2.0-0'")

    monkeypatch.setattr(importlib, "import_module", missing)
    assert pdf.problem() == pdf.CURE
    assert capsys.readouterr().out == ""
    with pytest.raises(pdf.MissingLibrary, match="Pango"):
        pdf.render(PAGE)


@needs_pango
def test_problem_with_pango_is_none() -> None:
    assert pdf.problem() is None


def listeners() -> list[logging.Handler]:
    return [handler for handler in logging.getLogger(pdf.PROGRESS).handlers if isinstance(handler, pdf._Steps)]


@needs_pango
def test_render_says_every_page() -> None:
    steps: list[int] = []
    pdf.render('<p>a</p><p style="break-before: page">b</p>', lambda: steps.append(1))
    assert len(steps) >= 2
    pdf.render(PAGE)
    assert listeners() == []


@needs_pango
def test_render_stops_where_a_step_says_so() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        pdf.render(PAGE, stop)
    assert listeners() == []


@needs_pango
def test_render_does_not_hear_other_threads() -> None:
    steps: list[int] = []
    started, drawn = threading.Event(), threading.Event()

    def other() -> None:
        started.wait()
        pdf.render(PAGE)
        drawn.set()

    def step() -> None:
        steps.append(threading.get_ident())
        started.set()
        drawn.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    pdf.render(PAGE, step)
    thread.join()
    assert set(steps) == {threading.get_ident()}
