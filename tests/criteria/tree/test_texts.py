"""Evidence, parts and legal bases: texts that are data when they are read, and the same text when written again."""

import doctest
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.tree import bases, evidence, facets, lines
from criteria.tree.bases import Basis
from criteria.tree.evidence import Item
from criteria.tree.facets import BadFacets, Facet, Facets, RollUp

CELL = st.text(st.sampled_from("aB1đ/ .,:;()-\n•QĐỳquanăm02"), max_size=60)


@pytest.mark.parametrize("module", [evidence, facets, bases, lines])
def test_the_examples_of_the_documentation_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_brackets_are_matched_from_the_end() -> None:
    assert lines.last_brackets("Báo cáo (bản ký số) (quý (I))") == ("Báo cáo (bản ký số)", "quý (I)")
    assert lines.last_brackets("Báo cáo quý I)") == ("Báo cáo quý I)", "")
    assert lines.last_brackets("(quý I)") == ("(quý I)", "")
    assert lines.last_brackets("Báo cáo ()") == ("Báo cáo ()", "")
    assert lines.last_brackets("") == ("", "")


# ---- evidence


def test_each_line_is_a_document() -> None:
    text = (
        "- Kế hoạch CCHC năm (kỳ: năm; cơ quan ban hành: UBND huyện);\n\n  • Báo cáo   quý (kỳ: quý I/2022)\nẢnh chụp"
    )

    assert evidence.parse(text) == (
        Item("Kế hoạch CCHC năm", "năm", "UBND huyện"),
        Item("Báo cáo quý", "quý I/2022"),
        Item("Ảnh chụp"),
    )


def test_brackets_that_say_something_else_belong_to_the_name() -> None:
    for line in (
        "Báo cáo (bản ký số)",
        "Báo cáo (kỳ: năm; số: 5)",
        "Báo cáo (kỳ: năm; kỳ: quý)",
        "Báo cáo (kỳ:)",
        "(kỳ: năm)",
    ):
        assert evidence.parse(line) == (Item(line),)


@given(CELL)
def test_evidence_is_the_same_after_writing(text: str) -> None:
    items = evidence.parse(text)

    assert evidence.parse(evidence.write(items)) == items


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("năm 2022", (2022, 1, 1), (2022, 12, 31)),
        ("2022", (2022, 1, 1), (2022, 12, 31)),
        ("Quý I/2022", (2022, 1, 1), (2022, 3, 31)),
        ("quý 4 năm 2022", (2022, 10, 1), (2022, 12, 31)),
        ("6 tháng đầu năm 2022", (2022, 1, 1), (2022, 6, 30)),
        ("6 tháng cuối năm 2022", (2022, 7, 1), (2022, 12, 31)),
        ("9 tháng năm 2022", (2022, 1, 1), (2022, 9, 30)),
        ("tháng 2/2024", (2024, 2, 1), (2024, 2, 29)),
        ("từ tháng 3 đến tháng 5 năm 2022", (2022, 3, 1), (2022, 5, 31)),
        ("2021 - 2023", (2021, 1, 1), (2023, 12, 31)),
        ("từ 15/12/2021 đến 14/12/2022", (2021, 12, 15), (2022, 12, 14)),
    ],
)
def test_a_period_in_words_has_its_days(period: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert evidence.days(period) == (date(*first), date(*last))


@pytest.mark.parametrize("period", ["", "năm", "quý", "31/2/2022", "tháng 13/2022", "tháng 0/2022", "năm 0000"])
def test_a_period_without_days_has_none(period: str) -> None:
    assert evidence.days(period) is None


def test_a_decree_is_no_year() -> None:
    assert evidence.days("theo Nghị định 30/2020/NĐ-CP") is None


def test_the_year_in_a_documents_name_counts_where_the_period_says_none() -> None:
    assert evidence.span(Item("Báo cáo năm 2021", "năm")) == (date(2021, 1, 1), date(2021, 12, 31))
    assert evidence.span(Item("Báo cáo năm 2021", "năm 2022")) == (date(2022, 1, 1), date(2022, 12, 31))
    assert evidence.span(Item("So sánh năm 2021 với năm 2022")) is None
    assert evidence.span(Item("Báo cáo năm 0000")) is None


# ---- parts


def test_the_four_parts_of_a_leaf_with_owners_of_their_own() -> None:
    """4.3 of a plan of 2019: decentralised management, by three agencies beside the one that answers for the area."""
    text = """Gộp: tổng
a) Quản lý ngân sách: 0,5 (Sở Tài chính)
b) Quản lý đầu tư: 0,5 điểm (Sở Kế hoạch và Đầu tư)
c) Quản lý đất đai: 0,25 (Sở Tài nguyên và Môi trường)
d) Phần còn lại: 0,25 (Sở Nội vụ)"""

    read = facets.parse(text)

    assert [each.owner for each in read.parts] == [
        "Sở Tài chính",
        "Sở Kế hoạch và Đầu tư",
        "Sở Tài nguyên và Môi trường",
        "Sở Nội vụ",
    ]
    assert facets.missing_points(read, Decimal("1.5")) == 0
    assert facets.roll_up(
        read, [Fraction(1, 2), Fraction(1, 3), Fraction(0), Fraction(1, 4)], Decimal("1.5")
    ) == Fraction(13, 12)


def test_parts_without_labels_are_lettered() -> None:
    assert facets.parse("Ngân sách\n2. Đầu tư (Sở Kế hoạch)").parts == (
        Facet("a", "Ngân sách"),
        Facet("2", "Đầu tư", None, "Sở Kế hoạch"),
    )


@pytest.mark.parametrize(
    ("how", "points"),
    [(RollUp.SUM, 3), (RollUp.MEAN, Fraction(3, 2)), (RollUp.LOWEST, 1), (RollUp.HIGHEST, 2)],
)
def test_parts_roll_up_as_declared(how: RollUp, points: Fraction | int) -> None:
    share = ": 2" if how is RollUp.SUM else ""
    read = facets.parse(f"gộp : {how.upper()}\na) Một{share} (X)\nb) Hai{share} (Y)")

    assert facets.roll_up(read, [Fraction(1), Fraction(2)], Decimal(4)) == points
    with pytest.raises(ValueError, match="zip"):
        facets.roll_up(read, [Fraction(1)], Decimal(4))


def test_points_fit_the_maximum_in_sum_or_each() -> None:
    assert facets.missing_points(facets.parse("a) Một: 1\nb) Hai"), Decimal(3)) == 2
    assert facets.missing_points(facets.parse("Gộp: bình quân\na) Một: 3\nb) Hai"), Decimal(3)) == 0
    assert facets.missing_points(facets.parse("Gộp: cao nhất\na) Một: 3\nb) Hai: 4"), Decimal(3)) == -1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "No part is named."),
        ("Gộp: tổng", 1, "No part is named."),
        ("\nGộp: nhân\na) Một: 1", 2, "“nhân” is no way"),
        ("a) Một: 1\na) Hai: 1", 2, "label “a”"),
        ("a) Một: 1.250", 1, "“1.250” is no number"),
        ("\n".join(f"{at}) Phần: 1" for at in range(21)), 21, "more than 20"),
    ],
)
def test_a_text_that_lists_no_parts_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(BadFacets, match=reason) as refused:
        facets.parse(text)

    assert refused.value.line == line


WORDS = st.text(st.sampled_from("abđ Sở"), min_size=1, max_size=12).map(lambda text: " ".join(text.split()) or "x")
PART = st.builds(
    Facet,
    st.just(""),
    WORDS,
    st.none() | st.decimals(0, 100, places=2),
    st.just("") | WORDS,
)


@given(st.sampled_from(RollUp), st.lists(PART, min_size=1, max_size=20))
def test_parts_are_the_same_after_writing(how: RollUp, parts: list[Facet]) -> None:
    labelled = tuple(Facet(facets.LETTERS[at], each.name, each.points, each.owner) for at, each in enumerate(parts))

    assert facets.parse(facets.write(Facets(how, labelled))) == Facets(how, labelled)


@given(CELL)
def test_any_text_of_parts_is_refused_or_the_same_after_writing(text: str) -> None:
    try:
        read = facets.parse(text)
    except BadFacets:
        return
    assert facets.parse(facets.write(read)) == read


# ---- legal bases


def test_a_reference_is_a_number_and_a_place() -> None:
    text = (
        "- Quyết định số 52/2019/QĐ-UBND, Điều 7 khoản 1\n30c/NQ-CP\nLuật 72/2025/QH15; công văn 383/BNV-CCHC\nThực tế"
    )

    assert [(each.number, each.place) for each in bases.parse(text)] == [
        ("52/2019/QĐ-UBND", "Điều 7 khoản 1"),
        ("30c/NQ-CP", ""),
        ("72/2025/QH15", ""),
        ("383/BNV-CCHC", ""),
        ("", ""),
    ]


def test_what_follows_a_semicolon_without_a_number_belongs_to_the_reference() -> None:
    assert bases.parse("52/2019/QĐ-UBND, Điều 7; Điều 8") == (
        Basis("52/2019/QĐ-UBND, Điều 7; Điều 8", "52/2019/QĐ-UBND", "Điều 7; Điều 8"),
    )


def test_numbers_are_compared_without_case_spaces_and_look_alikes() -> None:
    assert bases.key("52 / 2019/qđ-ubnd") == bases.key("52/2019/QÐ-UBND")
    assert bases.number_of("Nghị định 30/2020/NÐ-CP") == "30/2020/NĐ-CP"
    assert bases.number_of("ngày 24/09/2019") == ""


@given(CELL)
def test_references_are_the_same_after_writing(text: str) -> None:
    read = bases.parse(text)

    assert bases.parse(bases.write(read)) == read
