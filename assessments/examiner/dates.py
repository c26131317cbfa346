"""Days in workbooks: Excel stores the number of days since the end of 1899 and calls it a day by its format only."""

import re
from datetime import date, timedelta

FIRST_DAY = date(1899, 12, 30)
BUILT_IN = {*map(str, range(14, 18)), "22", *map(str, range(27, 37)), *map(str, range(50, 59))}
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def is_date_format(number: str, code: str) -> bool:
    """Whether a cell of the format shows a day: one of Excel's own formats, or one that says day or year.

    >>> is_date_format("14", ""), is_date_format("164", "dd/mm/yyyy"), is_date_format("165", '0.0 "day"')
    (True, True, False)
    """
    return number in BUILT_IN or any(letter in QUOTED.sub("", code).lower() for letter in "dy")


def date_words(text: str) -> str:
    """The day as dd/mm/yyyy; the text itself where it is no number of a day.

    >>> date_words("44562")
    '01/01/2022'
    """
    whole = text.partition(".")[0]
    if not whole.isdecimal() or len(whole) > 6:
        return text
    day = FIRST_DAY + timedelta(days=int(whole))
    return f"{day:%d/%m/}{day.year:04}"
