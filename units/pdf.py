"""HTML to PDF: the only module that knows WeasyPrint. Plain Python.

The library is loaded when it is first used, so that a machine without Pango starts and says what is missing.
The same HTML gives the same bytes on the same machine: no clock, no random identifier goes into the file.
"""

import contextlib
import functools
import importlib
import io
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import fontpkg_noto_serif
from fontTools.ttLib import TTFont, TTLibError

STATIC = Path(__file__).resolve().parent.parent / "static"
FAMILY = "Document Serif"
PROGRESS = "weasyprint.progress"
CURE = (
    "The library Pango, which draws PDF files, is missing; install it with "
    "“apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0” (macOS: “brew install pango”)."
)
# Liberation Serif 1 lacks 94 of these letters and is found under the same file names as version 2.
VIETNAMESE = frozenset(
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ0123456789"
)


class MissingLibrary(Exception):
    """Pango is not installed; the text says so in one sentence, with the cure."""


@dataclass(frozen=True)
class Font:
    """A family for documents: its files in the order regular, bold, italic, bold italic (variable files twice)."""

    name: str
    files: tuple[Path, Path, Path, Path]


# Times metrics first: with wider letters the national heading of an official document wraps onto two lines.
TIMES = (
    ("Tinos", ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf", "Tinos-BoldItalic.ttf")),
    (
        "Liberation Serif",
        (
            "LiberationSerif-Regular.ttf",
            "LiberationSerif-Bold.ttf",
            "LiberationSerif-Italic.ttf",
            "LiberationSerif-BoldItalic.ttf",
        ),
    ),
    (
        "TeX Gyre Termes",
        (
            "texgyretermes-regular.otf",
            "texgyretermes-bold.otf",
            "texgyretermes-italic.otf",
            "texgyretermes-bolditalic.otf",
        ),
    ),
)
STYLES = (("normal", "normal"), ("bold", "normal"), ("normal", "italic"), ("bold", "italic"))


def font_folders() -> list[Path]:
    """Where this machine keeps its fonts."""
    shared = os.environ.get("XDG_DATA_DIRS") or os.pathsep.join(("/usr/local/share", "/usr/share"))
    homes = [Path.home() / ".local" / "share" / "fonts", Path.home() / ".fonts"]
    return [*homes, *(Path(folder) / "fonts" for folder in shared.split(os.pathsep) if folder)]


def _found(folders: list[Path], wanted: frozenset[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.[ot]tf") if path.name in wanted)


def has_every_letter(path: Path) -> bool:
    """Whether the font file draws every Vietnamese letter."""
    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            return {chr(code) for code in font.getBestCmap()} >= VIETNAMESE
    except (OSError, TTLibError):
        return False


def choose(folders: list[Path]) -> Font:
    """The first complete family with Times metrics in ``folders``, else Noto Serif from its package."""
    found: dict[str, list[Path]] = {}
    for path in _found(folders, frozenset(file for _, files in TIMES for file in files)):
        found.setdefault(path.name, []).append(path)
    for name, files in TIMES:
        paths = [next(filter(has_every_letter, found.get(file, [])), None) for file in files]
        match paths:
            case [Path() as regular, Path() as bold, Path() as italic, Path() as both]:
                return Font(name, (regular, bold, italic, both))
    return packaged_font()


def packaged_font() -> Font:
    """Noto Serif from its package: every letter, but 15 % wider than Times."""
    files = Path(fontpkg_noto_serif.__file__).resolve().parent / "files"
    upright, italic = files / "NotoSerif[wdth,wght].ttf", files / "NotoSerif-Italic[wdth,wght].ttf"
    return Font("Noto Serif", (upright, upright, italic, italic))


@functools.cache
def serif_font() -> Font:
    """The family that documents are set in on this machine, chosen once."""
    return choose(font_folders())


def problem() -> str | None:
    """What keeps this machine from making PDF files, in one sentence with the cure; None when nothing does."""
    try:
        _library()
    except MissingLibrary as missing:
        return str(missing)
    return None


def render(html: str, each_step: Callable[[], None] | None = None) -> bytes:
    """The document as PDF. Styles are read from ``static/``; nothing is fetched from a network.

    The family of the document's font is "Document Serif". ``each_step`` is called at least once a page: what it
    raises stops the work. Raises ``MissingLibrary``.
    """
    library = _library()
    with _heard(each_step):
        return _drawn(library, html)


def _drawn(library: ModuleType, html: str) -> bytes:
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
    fetcher = _fetcher()
    faces = library.CSS(string=font_faces(serif_font()), font_config=fonts, url_fetcher=fetcher)
    page = library.HTML(string=html, base_url=f"{STATIC.as_uri()}/", url_fetcher=fetcher)
    identifier = sha256(html.encode()).hexdigest()[:32].encode()
    made: bytes = page.write_pdf(stylesheets=[faces], font_config=fonts, pdf_identifier=identifier, pdf_tags=True)
    return made


class _Steps(logging.Handler):
    """WeasyPrint says its steps to a logger and nobody else; other threads may be drawing too."""

    def __init__(self, each_step: Callable[[], None]) -> None:
        super().__init__(logging.INFO)
        self.each_step = each_step
        self.thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        """Asked before the handler's lock is taken: a slow step holds up no other thread's drawing."""
        return record.thread == self.thread

    def emit(self, record: logging.LogRecord) -> None:
        self.each_step()


@contextlib.contextmanager
def _heard(each_step: Callable[[], None] | None) -> Iterator[None]:
    if each_step is None:
        yield
        return
    steps = _Steps(each_step)
    logger = logging.getLogger(PROGRESS)
    logger.addHandler(steps)
    try:
        yield
    finally:
        logger.removeHandler(steps)


def font_faces(font: Font) -> str:
    """The family under the one name that documents ask for, each file named: no font is picked by its looks."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; font-style: {style}; '
        f'src: url("{path.as_uri()}"); }}\n'
        for path, (weight, style) in zip(font.files, STYLES, strict=True)
    )


def is_own(url: str) -> bool:
    """Whether a document may use what is at the address: data within it, our static files and the chosen fonts."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return True
    if parts.scheme != "file" or parts.netloc:
        return False
    path = Path(unquote(parts.path)).resolve()
    return path.is_relative_to(STATIC) or path in {file.resolve() for file in serif_font().files}


def _fetcher() -> Any:
    """WeasyPrint's fetcher without redirects, closed to every address that is not our own."""
    base = importlib.import_module("weasyprint.urls").URLFetcher

    def fetch(self: Any, url: str, headers: dict[str, str] | None = None) -> Any:
        if not is_own(url):
            raise ValueError(f"a document may not use {url}")
        return base.fetch(self, url, headers)

    return type("OwnFilesOnly", (base,), {"fetch": fetch})(allow_redirects=False)


@functools.cache
def _library() -> ModuleType:
    # Where fontTools cuts the fonts it writes the time into them, unless this variable names another.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    # Its steps are for ``each_step``, not for the log.
    logging.getLogger(PROGRESS).setLevel(logging.INFO)
    logging.getLogger(PROGRESS).propagate = False
    try:
        # On a missing library WeasyPrint prints a paragraph of its own; on an old one it warns at import.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return importlib.import_module("weasyprint")
    except OSError as missing:
        raise MissingLibrary(CURE) from missing
