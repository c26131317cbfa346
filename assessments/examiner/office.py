"""The readable part of an Office file, whichever program made it."""

import zipfile
from typing import IO
from xml.parsers import expat

from assessments.examiner.kinds import DOCX, XLSX, Refusal, RefusedFile
from assessments.examiner.texts import Block, Blocks, Enough, open_document, word
from assessments.examiner.workbooks import workbook

READERS = {DOCX.content_type: word, XLSX.content_type: workbook}
FAILURES = (expat.ExpatError, zipfile.BadZipFile, KeyError, ValueError, OverflowError, OSError)


def blocks(file: IO[bytes], content_type: str) -> tuple[list[Block], bool]:
    """Paragraphs and tables of the Office file, and whether they are all of it. Raises ``RefusedFile``."""
    found = Blocks()
    try:
        with zipfile.ZipFile(file) as archive:
            READERS.get(content_type, open_document)(archive, found)
    except Enough:
        return found.found, False
    except FAILURES as error:
        raise RefusedFile(Refusal.UNREADABLE) from error
    return found.found, True
