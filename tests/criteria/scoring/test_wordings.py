"""Real wordings of annexes: each is understood as meant, or refused so that the points are left to a person."""

import csv
import doctest
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from criteria.scoring import shares
from criteria.scoring.notation import kind, parse, write
from criteria.scoring.rules import BadRule
from criteria.scoring.shares import plain_labels

with (Path(__file__).parent / "wordings.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
REFUSED = "manual"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_wording_means_what_it_says_or_is_refused(row: dict[str, str]) -> None:
    if row["expected"] == REFUSED:
        with pytest.raises(BadRule):
            parse(row["text"])
    else:
        rule = parse(row["text"])

        assert (kind(rule).value, write(rule)) == (row["expected"], row["canonical"])
        assert parse(row["canonical"]) == rule


@pytest.mark.parametrize("row", [row for row in ROWS if row["expected"] == REFUSED], ids=lambda row: row["text"][:40])
def test_a_refused_wording_stays_as_typed_under_a_line_for_a_person(row: dict[str, str]) -> None:
    rule = parse(f"Chấm từ 0 đến 2 điểm\n{row['text']}")

    assert kind(rule).value == REFUSED
    assert write(rule).split("\n")[1:] == [
        line.strip() for row in row["text"].split("\n") for line in row.split(";") if line.strip()
    ]


def test_most_wordings_are_understood_and_each_says_where_it_comes_from() -> None:
    count = Counter(row["expected"] == REFUSED for row in ROWS)

    assert len({row["text"] for row in ROWS}) == len(ROWS) > 150
    assert count[False] > 2 * count[True]
    assert {row["provenance"] for row in ROWS} == {"found verbatim", "found partially", "reconstructed"}
    assert all(row["source"] for row in ROWS)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(shares).failed == 0


APART = [
    ["Từ 95% hồ sơ đúng hạn", "Từ 5% hồ sơ quá hạn"],
    ["Từ 95% hồ sơ đúng hạn", "Dưới 95%"],
    ["Hoàn thành từ 80%", "Thực hiện dưới 80%"],
    ["Giảm từ 10% trở lên", "Giảm dưới 10%"],
    ["Từ 80% kế hoạch và có báo cáo", "Dưới 80% kế hoạch và có báo cáo"],
    ["Đạt 80% kế hoạch", "Dưới 80% kế hoạch"],
    ["a < 80%", "80% ≤ a < 90%"],
    ["Từ 80% trở lên", "Không đạt"],
]


@pytest.mark.parametrize("labels", APART, ids=str)
def test_what_may_not_be_the_same_measure_is_left_alone(labels: list[str]) -> None:
    assert plain_labels(labels) is None


TOGETHER = {
    "Hoàn thành 100% kế hoạch": "100%",
    "Đạt tỷ lệ trên 80% số hồ sơ": "trên 80%",
    "Từ 80% – 90% kế hoạch năm": "từ 80% - 90%",
    "Cao hơn 80%": "trên 80%",
    "80% < tỷ lệ hoàn thành ≤ 90%": "trên 80% đến 90%",
    "80 - <90% nhiệm vụ được giao": "80 - <90%",
    "Trường hợp còn lại": "trường hợp còn lại",
}


@pytest.mark.parametrize(("label", "said"), TOGETHER.items())
def test_a_label_as_a_bare_condition(label: str, said: str) -> None:
    assert plain_labels([label]) == (said,)


UNCHANGED = [
    "Từ 80% việc: 1\nDưới 80% việc: 0\na là số việc\nb là số xong",
    "Có (a; b): 1\nKhông: 0",
    "Kịp thời: 1\nCách tính: 0",
    "Từ 80% trở lên: 1\nDưới 80%: 0\na là tỷ lệ x (%)\nb là tỷ lệ y (%)",
    "Điểm = a × 1,5 / 100\na là số việc",
    "Điểm = 100 × a\na là số việc",
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_the_notation_itself_is_read_as_ever(text: str) -> None:
    assert write(parse(text)) == text


LEFT_TO_A_PERSON = [
    "Điểm = tỷ lệ x 2\nTỷ lệ = b/a; a là số việc; b là số xong\nNếu b/a < 0,8 thì điểm đánh giá là 0",
    "Nếu b/a < 0,8 thì điểm đánh giá là 0\nNếu b/a < 0,5 thì điểm đánh giá là 1\nĐiểm = tỷ lệ",
    "Nếu không phát sinh hồ sơ thì tính sau",
    "Tính điểm theo công thức:\nCó: 1",
    "Từ 80% trở lên được chấm tùy mức độ\nDưới 80%: 0",
    "Cách tính:",
    "Tổng điểm không quá 2 được 1 điểm",
    "Mỗi báo cáo chậm được 0,25 điểm, tối đa 1 điểm",
    "Mỗi sáng kiến được 0,5 điểm, trừ đến hết điểm",
]


@pytest.mark.parametrize("text", LEFT_TO_A_PERSON)
def test_what_is_not_understood_as_a_whole_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse(text)


OPENING_WORDS = ("", "Hoàn thành ", "Đạt ", "Thực hiện đạt ", "Tỷ lệ hoàn thành đạt ", "Nếu đạt tỷ lệ ")
TAILS = ("", " kế hoạch", " số hồ sơ", " nhiệm vụ được giao", " số cơ quan, đơn vị")
SPANS = ("từ 80% đến dưới 100%", "từ 80% - <100%", "≥80% - <100%", "80 - dưới 100%")
ANNOUNCED = (": điểm = ", ": ", " thì điểm đánh giá được tính theo công thức: ", ": Điểm đánh giá = ")
FORMULAS = (
    "(Tỷ lệ % hoàn thành x 1,5)/100%",
    "[(Tỷ lệ % x 1,5)/100]",
    "tỷ lệ × 1,5 / 100%",
    "(tỷ lệ %*1.5)/100",
)
NOTHING = (": 0", ": 0 điểm", " thì điểm đánh giá là 0", " được 0 điểm")
MEANT = "Đạt 100%: 1,5\nTừ 80% đến dưới 100%: điểm = tỷ lệ × 1,5 / 100%\nDưới 80%: 0"


def test_every_mixture_of_usual_words_means_the_same() -> None:
    for opening, tail, span, announced, formula, nothing in product(
        OPENING_WORDS, TAILS, SPANS, ANNOUNCED, FORMULAS, NOTHING
    ):
        below = f"{opening}dưới 80%{tail}{nothing}"
        text = f"{opening}100%{tail}: 1,5 điểm\n{opening}{span}{tail}{announced}{formula}\n{below}"
        assert write(parse(text)) == MEANT, text
