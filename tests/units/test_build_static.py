"""The font of the pages, cut to the letters in use."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from fontTools.ttLib import TTFont

from parindex.templatetags.frame import fonts
from units.naming import LETTERS, TONES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.fixture
def built(folder: Path, settings: LazySettings) -> Path:
    settings.BUILT_STATIC = folder
    call_command("build_static")
    return folder


def test_two_weights_are_small(built: Path) -> None:
    files = list((built / "fonts").glob("*.woff2"))
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= 90_000


def test_every_vietnamese_letter_is_there_and_figures_are_even(built: Path) -> None:
    with TTFont(next((built / "fonts").glob("*.woff2"))) as font:
        letters = font.getBestCmap()
        widths = {font["hmtx"][letters[ord(figure)]][0] for figure in "0123456789"}
    wanted = LETTERS + LETTERS.upper() + "ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ" + "".join(TONES) + "–—…“”₫"
    assert [letter for letter in wanted + wanted.lower() if ord(letter) not in letters] == []
    assert len(widths) == 1


def test_build_leaves_what_is_there(built: Path) -> None:
    before = (built / "css" / "fonts.css").stat().st_mtime_ns
    call_command("build_static")
    assert (built / "css" / "fonts.css").stat().st_mtime_ns == before


def test_pages_link_the_font_where_it_was_built(built: Path, settings: LazySettings) -> None:
    assert fonts() == ""
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, built]
    assert fonts() == '<link rel="stylesheet" href="/static/css/fonts.css">'
