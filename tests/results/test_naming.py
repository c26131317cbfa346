"""Dates, numbers and names as official papers write them."""

from datetime import date

import pytest

from results import naming


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2023, 1, 5), "ngày 05 tháng 01 năm 2023"),
        (date(2023, 2, 28), "ngày 28 tháng 02 năm 2023"),
        (date(2023, 3, 9), "ngày 09 tháng 3 năm 2023"),
        (date(2023, 12, 10), "ngày 10 tháng 12 năm 2023"),
    ],
)
def test_day_in_words_sets_zeros_as_prescribed(day: date, words: str) -> None:
    assert naming.day_in_words(day) == words


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("UBND tỉnh Hà Tĩnh", ("ỦY BAN NHÂN DÂN", "TỈNH HÀ TĨNH")),
        ("Ủy ban nhân dân huyện Hương Sơn", ("ỦY BAN NHÂN DÂN", "HUYỆN HƯƠNG SƠN")),
        ("Sở Nội vụ", ("SỞ NỘI VỤ",)),
    ],
)
def test_heading_breaks_after_the_committee(name: str, lines: tuple[str, ...]) -> None:
    assert naming.heading(name) == lines


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("UBND tỉnh Hà Tĩnh", "Hà Tĩnh"),
        ("Ủy ban nhân dân thị xã Kỳ Anh", "Kỳ Anh"),
        ("UBND đặc khu Phú Quý", "Phú Quý"),
        ("Bộ Nội vụ", "Bộ Nội vụ"),
    ],
)
def test_place_of_takes_the_kind_away(name: str, place: str) -> None:
    assert naming.place_of(name) == place


def test_numbers_names_and_initials() -> None:
    assert [naming.number_in_full(each) for each in ("5/QĐ-UBND", " 36 / QĐ-UBND")] == ["05/QĐ-UBND", "36/QĐ-UBND"]
    assert [naming.roman(each) for each in (1, 4, 9, 14, 21)] == ["I", "IV", "IX", "XIV", "XXI"]
    assert [naming.within(each) for each in ("Khối sở", "UBND các huyện", "")] == ["khối sở", "UBND các huyện", ""]
    assert [naming.initials(each) for each in ("Sở Nội vụ", "Phòng Nội vụ huyện")] == ["SNV", "PNV"]
    assert [naming.full_name(each) for each in ("UBND xã A", "Sở A")] == ["Ủy ban nhân dân xã A", "Sở A"]
