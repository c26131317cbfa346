"""Names of files: fit to be shown, stored in a row, and given back as the name of a download on any machine."""

import unicodedata
from pathlib import PurePosixPath

from assessments.examiner.kinds import LONGEST_NAME, LONGEST_NAME_BYTES

LONGEST_SUFFIX = 10
RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in "123456789"), *(f"lpt{n}" for n in "123456789")}


def named(name: str) -> str:
    """The file's name fit to be shown: composed, without path, controls and direction marks, its extension kept.

    At most 200 characters and 255 bytes; names that Windows keeps for devices get an underscore before them.

    >>> named("../Báo\\tcáo\\u202efdp.exe")
    'Báocáofdp.exe'
    """
    composed = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(char for char in composed if unicodedata.category(char)[0] != "C").strip().rstrip(".")
    if shown.partition(".")[0].strip().lower() in RESERVED:
        shown = f"_{shown}"
    return _cut(shown)


def _cut(shown: str) -> str:
    suffix = PurePosixPath(shown).suffix
    suffix = suffix if len(suffix) <= LONGEST_SUFFIX else ""
    stem = shown.removesuffix(suffix)[: LONGEST_NAME - len(suffix)]
    room = LONGEST_NAME_BYTES - len(suffix.encode())
    # A letter of Vietnamese takes up to three bytes; one that is cut in the middle is left out.
    return stem.encode()[:room].decode(errors="ignore").rstrip() + suffix


def extension(name: str) -> str:
    """The extension that a download of the file gets, in small letters.

    >>> extension("Báo cáo.PDF")
    '.pdf'
    """
    return PurePosixPath(name).suffix.lower()
