"""Build what the pages need but the repository does not hold: the font of the pages, cut to the letters in use."""

import logging
from argparse import ArgumentParser
from pathlib import Path

import fontpkg_be_vietnam_pro
from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = {400: "BeVietnamPro-Regular.ttf", 600: "BeVietnamPro-SemiBold.ttf"}
# Basic Latin, Latin-1, the Vietnamese letters, their combining tones, and the signs that the pages write.
LETTERS = (
    "U+0020-007E,U+00A0-00FF,U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
    "U+0300-0303,U+0309,U+0323,U+1EA0-1EF9,U+2010-2014,U+2018-201D,U+2022,U+2026,U+203A,U+20AB,U+2190-2193,"
    "U+2212,U+2260,U+2264-2265"
)
FACE = """@font-face {{
  font-family: "Be Vietnam Pro"; font-style: normal; font-weight: {weight}; font-display: swap;
  src: url("../fonts/{name}.woff2") format("woff2");
}}
"""


class Command(BaseCommand):
    help = "Cut the font of the pages to the letters in use, into DATA_DIR/built. The pages are fine without it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="build again what is already there")

    def handle(self, *args: object, force: bool = False, **options: object) -> None:
        logging.getLogger("fontTools").setLevel(logging.WARNING)
        folder = Path(settings.BUILT_STATIC)
        style = folder / "css" / "fonts.css"
        if style.is_file() and not force:
            return
        faces = [self._cut(folder / "fonts", weight, name) for weight, name in WEIGHTS.items()]
        style.parent.mkdir(parents=True, exist_ok=True)
        style.write_text("".join(faces), encoding="utf-8")

    def _cut(self, folder: Path, weight: int, name: str) -> str:
        """One weight as WOFF2; its ``@font-face``."""
        folder.mkdir(parents=True, exist_ok=True)
        source = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / name
        options = subset.Options(flavor="woff2", layout_features=["kern", "mark", "mkmk", "ccmp", "locl"])
        target = folder / f"{source.stem}.woff2"
        with subset.load_font(str(source), options) as font:
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=subset.parse_unicodes(LETTERS.replace("U+", "")))
            cutter.subset(font)
            _even_figures(font)
            subset.save_font(font, str(target), options)
        self.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes")
        return FACE.format(weight=weight, name=source.stem)


def _even_figures(font: TTFont) -> None:
    """Give all ten figures the width of the widest: the font has no tabular ones, and columns of points need them."""
    names = [font.getBestCmap()[ord(figure)] for figure in "0123456789"]
    metrics, glyphs = font["hmtx"], font["glyf"]
    widest = max(metrics[name][0] for name in names)
    for name in names:
        width, left = metrics[name]
        shift = (widest - width) // 2
        glyphs[name].coordinates.translate((shift, 0))
        glyphs[name].recalcBounds(glyphs)
        metrics[name] = (widest, left + shift)
