import random

from units.naming import folded, normalised, sort_key


def test_normalised_composes_and_joins_spaces() -> None:
    assert normalised("Thi\u0323 tr\u00e2\u0301n  T\u00e2y So\u031bn ") == "Thị trấn Tây Sơn"


def test_folded_makes_a_plain_d_of_d_with_stroke() -> None:
    assert folded("Đặc khu ĐỨC THỌ") == "dac khu duc tho"


def test_folded_is_the_same_for_both_ways_to_place_the_tone() -> None:
    assert folded("Hoà Bình") == folded("Hòa Bình")


def test_sort_key_orders_letters_before_tones() -> None:
    expected = [
        "An",
        "Ăn",
        "Ân",
        "Ba",
        "Bà",
        "Bả",
        "Bã",
        "Bá",
        "Bạ",
        "Bà Rịa",
        "Da",
        "Đa",
        "Ê",
        "O",
        "Ô",
        "Ơ",
        "U",
        "Ư",
    ]
    shuffled = random.Random(7).sample(expected, len(expected))

    assert sorted(shuffled, key=sort_key) == expected


def test_sort_key_puts_figures_before_letters() -> None:
    assert sorted(["Phường A", "Phường 10", "Phường"], key=sort_key) == ["Phường", "Phường 10", "Phường A"]


def test_folded_takes_nul_for_a_space() -> None:
    assert folded("Sở\0Y tế\0") == "so y te"
