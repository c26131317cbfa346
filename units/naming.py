"""Names and dates in Vietnamese: folding for search, a key for sorting, how papers write them. Plain Python.

Written into columns, so that SQLite and PostgreSQL search and sort alike (stack.md, 2.2 and 2.12).
"""

import unicodedata
from datetime import date

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
COMMITTEE = "Ủy ban nhân dân"
SHORT = "UBND"
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


def day_in_words(day: date) -> str:
    """Days below 10 and the months 1 and 2 carry a leading zero, the months 3 to 9 do not.

    >>> day_in_words(date(2023, 1, 5)), day_in_words(date(2023, 3, 15))
    ('ngày 05 tháng 01 năm 2023', 'ngày 15 tháng 3 năm 2023')
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def full_name(name: str) -> str:
    """A unit's name without the usual abbreviation.

    >>> full_name("UBND huyện Hương Sơn")
    'Ủy ban nhân dân huyện Hương Sơn'
    """
    return COMMITTEE + name.removeprefix(SHORT) if name.startswith(f"{SHORT} ") else name


# What stands before the proper name of a place in the name of its authority.
PLACE_KINDS = ("tỉnh", "thành phố", "huyện", "thị xã", "quận", "xã", "phường", "thị trấn", "đặc khu")
SMALL_WORDS = frozenset({"và", "các", "của", "về"})


def place_of(name: str) -> str:
    """The place that an authority's papers are dated from.

    >>> place_of("UBND thành phố Thử"), place_of("Sở Nội vụ")
    ('Thử', 'Sở Nội vụ')
    """
    place = name.removeprefix(SHORT).removeprefix(COMMITTEE).strip()
    for kind in PLACE_KINDS:
        if place.startswith(f"{kind} "):
            return place.removeprefix(kind).strip()
    return place


def symbol_of(name: str) -> str:
    """The abbreviation of an agency in the symbol of its papers.

    >>> symbol_of("UBND xã Thử"), symbol_of("Sở Khoa học và Công nghệ")
    ('UBND', 'SKHCN')
    """
    if full_name(name).startswith(COMMITTEE):
        return SHORT
    words = [word for word in name.split() if word[:1].isalpha() and word not in SMALL_WORDS]
    return "".join(word[0] for word in words[:6]).upper()
