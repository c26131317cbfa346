"""How official papers write dates, numbers and names (Nghị định 30/2020/NĐ-CP, Annexes I and II). Plain Python."""

from units.naming import COMMITTEE, SHORT, day_in_words, full_name, place_of

__all__ = [
    "COMMITTEE",
    "SHORT",
    "day_in_words",
    "full_name",
    "heading",
    "initials",
    "number_in_full",
    "place_of",
    "roman",
    "within",
]

ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def number_in_full(number: str) -> str:
    """A number below 10 gets a leading zero.

    >>> number_in_full("5/QĐ-UBND"), number_in_full("12/QĐ-UBND")
    ('05/QĐ-UBND', '12/QĐ-UBND')
    """
    head, slash, symbol = number.strip().partition("/")
    return f"{head.strip().zfill(2)}{slash}{symbol.strip()}"


def roman(number: int) -> str:
    """
    >>> roman(4), roman(13)
    ('IV', 'XIII')
    """
    letters = ""
    for value, letter in ROMAN:
        letters += letter * (number // value)
        number %= value
    return letters


def heading(name: str) -> tuple[str, ...]:
    """The issuing agency in capitals; a people's committee on two lines, as it is customary.

    >>> heading("UBND tỉnh Hà Tĩnh")
    ('ỦY BAN NHÂN DÂN', 'TỈNH HÀ TĨNH')
    """
    full = full_name(name).upper()
    start = COMMITTEE.upper()
    return (start, full.removeprefix(start).strip()) if full.startswith(f"{start} ") else (full,)


def within(name: str) -> str:
    """A name inside a sentence: its first letter small unless it belongs to an abbreviation.

    >>> within("Sở, ban, ngành cấp tỉnh"), within("UBND các huyện")
    ('sở, ban, ngành cấp tỉnh', 'UBND các huyện')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def initials(name: str) -> str:
    """The abbreviation of a body, for the last line of the recipients.

    >>> initials("Phòng Nội vụ huyện Hương Sơn")
    'PNV'
    """
    words = [word for word in name.split() if word[:1].isalpha()]
    capital = "".join(word[0] for word in words[:3])
    return capital.upper()
