"""Numbers as people type and paste them: one reading or none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.declaring.typed import Misread, plain, read_points, tidy

READ = [
    ("", ""),
    (" \u00a0", ""),
    ("0", "0"),
    ("25", "25"),
    ("0,25", "0,25"),
    ("0.25", "0,25"),
    ("0.250", "0,250"),
    ("1,250", "1,250"),
    ("1.5", "1,5"),
    (" 1 ,5\u00a0", "1,5"),
    ("-0,5", "-0,5"),
    ("− 2", "-2"),
    ("–2", "-2"),
    ("\u200b0,25\ufeff", "0,25"),
    ("\u202d25\u202c", "25"),
    ("１，２５", "1,25"),
    ("－０．５", "-0,5"),
    ("1 250", "1250"),
    ("1\u00a0250", "1250"),
    ("1\u202f250,5", "1250,5"),
    ("1 250.500", "1250,500"),
    ("1.250,5", "1250,5"),
    ("1,250.5", "1250,5"),
    ("1.250.000", "1250000"),
    ("1,250,000", "1250000"),
    ("1.250.000,75", "1250000,75"),
    ("-1,250,000.75", "-1250000,75"),
]
TWO_WAYS = ["1.250", "-1.250", "25.000", "１.２５０", "1234.567"]
NOTHING = [
    *("abc", "--1", "1e3", "NaN", "(1)", "+1", "1'250", "1.2.3", "1,2,3", "1.250,", ",5", "5,", ".5"),
    # A blank inside is a lost mark as well as a part of thousands: only groups of three can be thousands.
    *("0 25", "1 25", "12 50", "1 250 00", "0 250", "0.250.000", "1.250 000", "1,250.000.5"),
    # Two cells pasted at once are two numbers.
    *("1\t250", "1\n250", "0\t25"),
    # Not every sign that looks like a digit is one.
    *("²", "1²", "٣", "½", "Ⅷ", "1" * 16),
]


@pytest.mark.parametrize(("typed", "number"), READ)
def test_numbers_are_read_in_the_one_way_they_can_be_meant(typed: str, number: str) -> None:
    assert plain(typed) == number


@pytest.mark.parametrize("typed", TWO_WAYS)
def test_what_can_be_meant_in_two_ways_is_refused_with_both(typed: str) -> None:
    with pytest.raises(Misread, match="two ways") as refused:
        plain(typed)

    comma, whole = refused.value.fields["comma"], refused.value.fields["plain"]
    assert comma.replace(",", "") == whole
    assert plain(comma) != plain(whole)


@pytest.mark.parametrize("typed", NOTHING)
def test_other_text_is_no_number(typed: str) -> None:
    with pytest.raises(Misread, match="not a number"):
        plain(typed)


def test_the_three_that_must_never_be_mistaken() -> None:
    assert [read_points(each) for each in ("0,25", "0.25", "25")] == [Decimal("0.25"), Decimal("0.25"), Decimal(25)]


def test_points_have_four_places_and_no_negative_zero() -> None:
    assert read_points("-0") == 0
    assert str(read_points("-0"))[0] != "-"
    assert read_points("1,25000") == Decimal("1.25")
    assert read_points(" ") is None
    with pytest.raises(Misread, match="four decimal places"):
        read_points("0,12345")


numbers = st.decimals(min_value=-999_999, max_value=999_999, places=4)
blanks = st.sampled_from(["", " ", "\u00a0", "\u202f", "\t", "\u200b", "\ufeff", "\r\n"])


def written(value: Decimal, mark: str) -> str:
    return format(value, "f").replace(".", mark)


@given(numbers, blanks, blanks, st.booleans())
def test_a_number_with_a_comma_is_always_itself(value: Decimal, left: str, right: str, is_wide: bool) -> None:
    text = written(value, ",")
    if is_wide:
        text = "".join(chr(ord(each) + 0xFEE0) for each in text)
    assert read_points(f"{left}{text}{right}") == value


@given(numbers, st.integers(0, 4))
def test_a_point_is_read_as_a_comma_or_refused_never_otherwise(value: Decimal, places: int) -> None:
    rounded = round(value, places)
    try:
        found = read_points(written(rounded, "."))
    except Misread:
        assert places == 3
        return
    assert found == rounded


@given(st.integers(1000, 999_999_999), st.sampled_from([" ", "\u00a0", "\u202f"]), st.integers(0, 99))
def test_thousands_parted_by_blanks_are_read(whole: int, blank: str, cents: int) -> None:
    assert read_points(f"{whole:,}".replace(",", blank) + f",{cents:02}") == whole + Decimal(cents) / 100


@given(st.text(alphabet="0123456789,. -%\u00a0\t", max_size=14))
def test_any_text_gives_a_number_that_keeps_every_digit_or_none(text: str) -> None:
    try:
        number = plain(text)
    except Misread:
        return
    assert [each for each in number if each.isdigit()] == [each for each in text if each.isdigit()]
    assert plain(number) == number
    assert tidy(tidy(text)) == tidy(text)
