"""Names in Vietnamese: folding for search, a key for sorting. Plain Python.

Written into columns, so that SQLite and PostgreSQL search and sort alike (stack.md, 2.2 and 2.12).
"""

import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
MARKS = {"\u0306", "\u0302", "\u031b"}


def normalised(text: str) -> str:
    """Composed Unicode with single spaces; NUL, which PostgreSQL refuses in a text, counts as a space.

    >>> normalised(" Thị trấn  Tây Sơn ")
    'Thị trấn Tây Sơn'
    """
    return " ".join(unicodedata.normalize("NFC", text.replace("\0", " ")).split())


def folded(text: str) -> str:
    """Lower case without diacritics, đ as d.

    >>> folded("Đặc khu Phú Quý")
    'dac khu phu quy'
    """
    plain = unicodedata.normalize("NFD", normalised(text).lower().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def _letter(char: str) -> tuple[str, int]:
    """A letter with its shape marks kept and its tone taken off, and the tone's number."""
    tone, shape = 0, ""
    for part in unicodedata.normalize("NFD", char):
        if part in TONES:
            tone = TONES[part]
        else:
            shape += part
    return unicodedata.normalize("NFC", shape), tone


def sort_key(text: str) -> str:
    """A string that sorts as a Vietnamese dictionary does: letters first (a ă â b …), tones only between equals.

    >>> sorted(["Đà", "Da", "Dạ", "Ăn", "An"], key=sort_key)
    ['An', 'Ăn', 'Da', 'Dạ', 'Đà']
    """
    letters, tones = [], []
    for char in normalised(text).lower():
        base, tone = _letter(char)
        place = LETTERS.find(base)
        letters.append(f"~{place:02d}" if place >= 0 else base)
        tones.append(str(tone))
    return "".join(letters) + " " + "".join(tones)
