"""Pictures: well-formed, named, without styles, and drawn to scale."""

from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from results import charts
from results.charts import Axis, Bar, Course, Svg, Words

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words("area", "Areas <of> a unit", 'What "was" reached')
AREAS = [Bar("1. Chỉ đạo", "3 / 6", Decimal(3), Decimal(6), Fraction(9, 2)), Bar("2. Thể chế", "4 / 4", 4, 4)]
PICTURES = {
    "bars": charts.bars(WORDS, AREAS),
    "no bars": charts.bars(WORDS, []),
    "radar": charts.radar(WORDS, [Axis(str(place), 50, 75) for place in range(8)], "Sở & Ban", "Trung bình"),
    "histogram": charts.histogram(WORDS, [Decimal("88.2"), 91, 100], [("Tốt", 90), ("Khá", 80), ("Yếu", 0)]),
    "empty histogram": charts.histogram(WORDS, [], []),
    "bump": charts.bump(WORDS, ["2021", "2022"], [Course("A", [1, 2], chosen=True), Course("B", [2, 1])]),
    "one year": charts.bump(WORDS, ["2022"], [Course("A", [1], chosen=True)]),
    "ring": charts.ring(WORDS, 3, 4),
}


def parsed(picture: Svg) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def widths(picture: Svg, css: str) -> list[str | None]:
    return [each.get("width") for each in parsed(picture).iter(f"{SVG}rect") if each.get("class") == css]


@pytest.mark.parametrize("name", PICTURES)
def test_picture_names_and_describes_itself(name: str) -> None:
    root = parsed(PICTURES[name])
    first, second = list(root)[:2]
    assert [(each.tag, each.get("id"), each.text) for each in (first, second)] == [
        (f"{SVG}title", "area-title", "Areas <of> a unit"),
        (f"{SVG}desc", "area-desc", 'What "was" reached'),
    ]
    assert (root.get("role"), root.get("aria-labelledby"), root.get("aria-describedby")) == (
        "img",
        "area-title",
        "area-desc",
    )


@pytest.mark.parametrize("name", PICTURES)
def test_picture_has_no_style_attribute(name: str) -> None:
    assert [each.tag for each in parsed(PICTURES[name]).iter() if "style" in each.attrib] == []


def test_svg_is_printed_by_templates_as_it_is() -> None:
    assert Svg("<svg></svg>").__html__() == "<svg></svg>"


def test_bars_are_drawn_to_scale() -> None:
    assert widths(PICTURES["bars"], "chart-own") == ["209", "418"]


def test_bars_mark_the_mean_where_it_is_known() -> None:
    marks = [each.get("points") for each in parsed(PICTURES["bars"]).iter(f"{SVG}polygon")]
    assert marks == ["314.5,18 320.5,26 314.5,34 308.5,26"]


def test_bars_without_points_have_no_width() -> None:
    assert widths(charts.bars(WORDS, [Bar("1", "0 / 2", 0, 2)]), "chart-own") == ["0"]


def test_radar_with_two_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="three axes"):
        charts.radar(WORDS, [Axis("1", 1, 1), Axis("2", 1, 1)], "", "")


def test_radar_draws_full_marks_on_the_rim() -> None:
    picture = charts.radar(WORDS, [Axis(str(place), 100, 0) for place in range(4)], "A", "B")
    spots = [(each.get("cx"), each.get("cy")) for each in parsed(picture).iter(f"{SVG}circle")]
    assert spots[4:] == [("190", "45"), ("335", "190"), ("190", "335"), ("45", "190")]
    assert spots[:4] == [("190", "190")] * 4


def test_histogram_counts_every_value_once() -> None:
    values = [Fraction(80), Fraction(84), Fraction(85), Fraction("89.99"), Fraction(100)]
    counts = [each.text for each in parsed(charts.histogram(WORDS, values, [])).iter(f"{SVG}text")][:3]
    assert counts == ["2", "2", "1"]


def test_histogram_names_the_bands_that_are_in_sight() -> None:
    picture = charts.histogram(WORDS, [Decimal(85)], [("Tốt", 90), ("Khá", 80), ("Yếu", 0)])
    words = [each.text for each in parsed(picture).iter(f"{SVG}text")]
    assert [word for word in words if word in {"Tốt", "Khá", "Yếu"}] == ["Khá", "Tốt"]


def test_histogram_of_low_values_has_wider_ticks() -> None:
    words = [each.text for each in parsed(charts.histogram(WORDS, [Decimal(3)], [])).iter(f"{SVG}text")]
    assert words[1:] == [str(tick) for tick in range(0, 101, 10)]


def test_bump_writes_the_ranks_of_the_chosen_only() -> None:
    words = [each.text for each in parsed(PICTURES["bump"]).iter(f"{SVG}text")]
    assert words == ["2021", "2022", "1", "2"]


def test_bump_with_a_missing_year_draws_no_line() -> None:
    picture = charts.bump(WORDS, ["2021", "2022"], [Course("A", [None, 2], chosen=True)])
    assert [len(list(parsed(picture).iter(f"{SVG}{tag}"))) for tag in ("polyline", "circle")] == [0, 1]


@pytest.mark.parametrize(("done", "total", "words", "circles"), [(3, 4, "75 %", 2), (0, 4, "0 %", 1), (0, 0, "0 %", 1)])
def test_ring_says_the_whole_percent(done: int, total: int, words: str, circles: int) -> None:
    root = parsed(charts.ring(WORDS, done, total))
    assert [each.text for each in root.iter(f"{SVG}text")] == [words]
    assert len(list(root.iter(f"{SVG}circle"))) == circles


def test_meter_is_hidden_from_screen_readers() -> None:
    meter = charts.meter(Decimal("62.5"))
    assert parsed(meter).get("aria-hidden") == "true"
    assert widths(meter, "chart-own") == ["62.5"]


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [("Cải cách", 8, "Cải cách"), ("Cải cách thủ tục", 12, "Cải cách…"), ("Khôngkhoảngtrắng", 5, "Không…")],
)
def test_shortened_cuts_at_a_word(text: str, most: int, shown: str) -> None:
    assert charts.shortened(text, most) == shown
