"""What a plan gives to whom: its words, who claims a leaf, whose claim wins, gaps and overlaps."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.delegating.claims import (
    Given,
    Level,
    Owner,
    claims_of,
    digest,
    findings,
    owners,
)
from assessments.delegating.expressions import BadExpression, Expression, Target, below, parts_of, read
from assessments.delegating.parts import explained, in_parts, least, limit, together
from criteria.tree.nodes import Node, Outline

CRITERIA = Path(__file__).resolve().parents[2] / "fixtures" / "thai_nguyen_2019" / "criteria_province.csv"


def tree(*nodes: Node) -> Outline:
    return Outline("", Decimal(100), Decimal(0), nodes)


@pytest.fixture(scope="module")
def province() -> Outline:
    rows = csv.DictReader(CRITERIA.read_text("utf-8").splitlines(keepends=True))
    return tree(
        *(
            Node(row["code"], row["name"], row["parent_code"], method=row["method"], facets=row["facets"])
            for row in rows
        )
    )


@pytest.mark.parametrize(
    ("text", "targets", "excepted"),
    [
        ("3 trừ 3.2.5", ["3"], ["3.2.5"]),
        ("1 (trừ các tiêu chí 1.5, 1.6)", ["1"], ["1.5", "1.6"]),
        ("1.5; 1.6", ["1.5", "1.6"], []),
        ("Tiêu chí 1.1.1, 1.1.2 và 1.2.", ["1.1.1", "1.1.2", "1.2"], []),
        ("4.3 [quản lý ngân sách]", ["4.3/a"], []),
        ("4.3 (b)", ["4.3/b"], []),
        ("Tiêu chí 4.3 phần c", ["4.3/c"], []),
        ("4.3 (ngân sách; đầu tư; đất đai)", ["4.3"], []),
        ("1.1 đến 1.4", ["1.1", "1.2", "1.3", "1.4"], []),
        ("từ tiêu chí 1.1 đến tiêu chí 1.3, 2", ["1.1", "1.2", "1.3", "2"], []),
        ("Tất cả trừ 3.2 và 4", list("12345678"), ["3.2", "4"]),
        ("Hiện đại hóa hành chính, không bao gồm 7.4", ["7"], ["7.4"]),
        ("3 Cải cách thủ tục hành chính", ["3"], []),
        ("3.2.5 thuộc nội dung số 3", ["3.2.5"], []),
        ("Nội dung 3 [“x”: chưa đóng", None, None),
        ("- Nội dung 2: “Xây dựng (và; tổ chức), 4”.", ["2"], []),
        ("1.5: Sáng kiến, 2 giải pháp; 1.6: Nhiệm vụ", ["1.5", "1.6"], []),
    ],
)
def test_words_of_plans(province: Outline, text: str, targets: list[str] | None, excepted: list[str] | None) -> None:
    if targets is None:
        with pytest.raises(BadExpression):
            read(text, province)
        return
    found = read(text, province)

    assert [f"{each.code}/{each.part}".rstrip("/") for each in found.targets] == targets
    assert list(found.excepted) == excepted


@pytest.mark.parametrize(
    ("text", "part", "said"),
    [
        ("", "", "Nothing is named"),
        (" - ", "", "Nothing is named"),
        ("9.9", "", "no criterion “9.9”"),
        ("xyz", "", "no criterion “xyz”"),
        ("một việc khác", "", "names no criterion"),
        ("3 ngoài 3.2", "", "“ngoài 3.2” behind 3"),
        ("3 trừ", "", "behind “trừ”"),
        ("1.5; 1.9", "", "no criterion “1.9”"),
        ("1 trừ 2", "", "“2” is excepted"),
        ("1 trừ 1", "", "Nothing is left"),
        ("4 trừ 4.3 [a]", "", "cannot be excepted"),
        ("4.3 [biên chế]", "", "no part of 4.3"),
        ("4 [a]", "", "no leaf"),
        ("4", "a", "no leaf"),
        ("4.3", "d", "no part of 4.3"),
        ("4.3; 4.2", "a", "one leaf at a time"),
        ("1.4 đến 1.1", "", "no row of criteria"),
        ("1.1 đến 2.1", "", "no criterion"),
        ("((((", "", "names no criterion"),
        ("; , ;", "", "Nothing is named"),
    ],
)
def test_words_that_give_nothing(province: Outline, text: str, part: str, said: str) -> None:
    with pytest.raises(BadExpression, match=said):
        read(text, province, part)


def test_a_part_apart_from_the_words(province: Outline) -> None:
    assert read("4.3", province, "Quản lý đất đai").targets == (Target("4.3", "c"),)
    assert read("4.2", province, "biên chế").targets == (Target("4.2", "biên chế"),)
    assert read("4.2 [biên chế]", province).targets == (Target("4.2", "biên chế"),)


def test_codes_with_letters_and_parts_that_cannot_be_read() -> None:
    small = tree(Node("A", "Một"), Node("a)", "Hai", "A"), Node("b)", "Ba", "A", facets="Gộp: lạ\na) x"))

    assert read("A trừ a)", small).excepted == ("a)",)
    assert read("b): Ba", small).targets == (Target("b)"),)
    assert parts_of(small.by_code["b)"]) == ()


LITERAL = (
    ("Sở Nội vụ", "1 trừ 1.5; 1.6", ""),
    ("Sở Nội vụ", "4", ""),
    ("Sở Nội vụ", "5", ""),
    ("Sở Tư pháp", "2", ""),
    ("Văn phòng UBND tỉnh", "1.6", ""),
    ("Văn phòng UBND tỉnh", "3 trừ 3.2.5", ""),
    ("Sở Tài chính", "6", ""),
    ("Sở Tài chính", "4.3", "quản lý ngân sách"),
    ("Sở Tài chính", "8.4", ""),
    ("Sở Thông tin và Truyền thông", "7 trừ 7.4", ""),
    ("Sở Thông tin và Truyền thông", "3.2.5", ""),
    ("Sở Khoa học và Công nghệ", "1.5; 7.4", ""),
    ("Sở Kế hoạch và Đầu tư", "4.3", "quản lý đầu tư"),
    ("Sở Kế hoạch và Đầu tư", "8 trừ 8.1", ""),
    ("Sở Tài nguyên và Môi trường", "4.3", "quản lý đất đai"),
)


def test_the_plan_of_thai_nguyen_and_who_wins(province: Outline) -> None:
    rows = [Given(key, owner, True, read(text, province, part)) for key, (owner, text, part) in enumerate(LITERAL)]
    rows.append(Given(99, "Sở Nội vụ", False, read("1.5", province)))
    claims = claims_of(province, rows)

    found = findings(province, claims)
    assert [(each.code, each.kind, len(each.leads), each.is_survey) for each in found] == [
        ("4.3", "several", 4, False),
        ("8.1", "nobody", 0, True),
        ("8.4", "several", 2, False),
    ]
    assert [each.level for each in found[0].leads] == [Level.AREA, Level.PART, Level.PART, Level.PART]
    assert owners(province.by_code["4.3"], claims["4.3"]) == [
        Owner(7, True, "a"),
        Owner(12, True, "b"),
        Owner(14, True, "c"),
    ]
    assert owners(province.by_code["8.4"], claims["8.4"]) == [Owner(8, True, "")]
    assert owners(province.by_code["1.5"], claims["1.5"]) == [Owner(11, True, ""), Owner(99, False, "")]
    assert claims["1.1.1"][0].level is Level.AREA


def test_parts_with_an_owner_each_are_no_overlap_and_a_bare_part_is_a_gap(province: Outline) -> None:
    def of(*given: tuple[str, str]) -> list[tuple[str, str]]:
        rows = [Given(key, owner, True, read("4.3", province, part)) for key, (owner, part) in enumerate(given)]
        found = findings(province, claims_of(province, rows))
        return [(each.code, each.kind) for each in found if each.leaf == "4.3"]

    assert of(("A", "a"), ("B", "b"), ("C", "c")) == []
    assert of(("A", "a"), ("B", "b")) == [("4.3 c", "nobody")]
    assert of(("A", ""), ("A", "b")) == []
    assert of(("A", ""), ("B", "b")) == [("4.3", "several")]
    assert of(("A", "a"), ("B", "a")) == [("4.3", "several"), ("4.3 b", "nobody"), ("4.3 c", "nobody")]
    assert of(("A", "")) == []


def test_digest_lasts_as_long_as_the_claims(province: Outline) -> None:
    one = claims_of(province, [Given(1, "A", True, read("1", province))])["1.4"]
    same = claims_of(province, [Given(7, "A", True, read("1 trừ 1.5", province))])["1.4"]
    other = claims_of(province, [Given(1, "A", True, read("1.4", province))])["1.4"]

    assert digest(one) == digest(same)
    assert digest(one) != digest(other)


def test_one_row_that_names_a_leaf_twice_claims_it_once(province: Outline) -> None:
    claims = claims_of(province, [Given(1, "A", True, read("1; 1.4", province))])["1.4"]

    assert [(each.level, each.named) for each in claims] == [(Level.LEAF, "1.4")]


# --- against a naive oracle on random trees ---------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> Outline:
    nodes: list[Node] = []

    def grow(parent: str, depth: int) -> None:
        for number in range(1, draw(st.integers(1, 3)) + 1):
            code = f"{parent}.{number}" if parent else str(number)
            nodes.append(Node(code, f"Tên {code}", parent))
            if depth < 2 and draw(st.booleans()):
                grow(code, depth + 1)

    grow("", 0)
    return tree(*nodes)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[Outline, list[tuple[str, bool, list[str], list[str]]]]:
    whole = draw(trees())
    codes = [node.code for node in whole.nodes]
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        named = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True))
        inside = [code for code in codes if any(code.startswith(f"{name}.") for name in named)]
        excepted = draw(st.lists(st.sampled_from(inside), max_size=2, unique=True)) if inside else []
        rows.append((draw(st.sampled_from("ABC")), draw(st.booleans()), named, excepted))
    return whole, rows


def leaves_by_name(whole: Outline, codes: list[str]) -> Iterator[str]:
    """The leaves below the codes, by nothing but how they are written."""
    for node in whole.nodes:
        is_below = any(node.code == code or node.code.startswith(f"{code}.") for code in codes)
        if is_below and not any(other.parent == node.code for other in whole.nodes):
            yield node.code


@settings(max_examples=300, deadline=None)
@given(seasons())
def test_against_an_oracle(season: tuple[Outline, list[tuple[str, bool, list[str], list[str]]]]) -> None:
    whole, rows = season
    given_rows, wanted = [], {leaf.code: list[tuple[int, str, bool, int]]() for leaf in whole.leaves}
    for key, (owner, is_lead, named, excepted) in enumerate(rows):
        left = [leaf for leaf in leaves_by_name(whole, named) if leaf not in set(leaves_by_name(whole, excepted))]
        if not left:
            continue
        text = "; ".join(named) + (f" trừ {', '.join(excepted)}" if excepted else "")
        given_rows.append(Given(key, owner, is_lead, read(text, whole)))
        for leaf in left:
            depth = max(code.count(".") for code in named if leaf == code or leaf.startswith(f"{code}."))
            wanted[leaf].append((key, owner, is_lead, depth))
    claims = claims_of(whole, given_rows)

    assert {
        leaf: [(each.key, each.owner, each.is_lead, each.rank[1]) for each in found] for leaf, found in claims.items()
    } == wanted
    expected = {}
    for leaf, said in wanted.items():
        leads = {owner for _key, owner, is_lead, _depth in said if is_lead}
        if len(leads) != 1:
            expected[leaf] = "several" if leads else "nobody"
    assert {each.code: each.kind for each in findings(whole, claims)} == expected
    for leaf, said in wanted.items():
        deepest = max((depth for _key, _owner, is_lead, depth in said if is_lead), default=-1)
        winners = [key for key, _owner, is_lead, depth in said if is_lead and depth == deepest]
        others = [key for key, _owner, is_lead, _depth in said if not is_lead]
        assert [each.key for each in owners(whole.by_code[leaf], claims[leaf])] == winners + others


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='13.245 ;,()[]“”"trừvàđến:-abc', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    whole = tree(Node("1", "Một"), Node("1.1", "Hai", "1"), Node("1.2", "Ba", "1"), Node("3", "Bốn"))
    found: Expression | None = None
    with suppress(BadExpression):
        found = read(text, whole)

    assert found is None or all(below(whole, each.code) for each in found.targets)


# --- a leaf in parts --------------------------------------------------------------------------------------------------

PARTS = "a) Ngân sách: 1,5\nb) Đầu tư: 1"


def test_leaves_in_parts() -> None:
    assert in_parts("", Decimal(1)) is None
    assert in_parts("Gộp: lạ", Decimal(1)) is None
    assert in_parts(PARTS, Decimal(3)) is None
    assert in_parts("a) Ngân sách\nb) Đầu tư: 1", Decimal(1)) is None
    found = in_parts(PARTS, Decimal("2.5"))
    assert found is not None
    assert [limit(found, each, Decimal("2.5")) for each in found.parts] == [Decimal("1.5"), Decimal(1)]
    assert least(found, Decimal(-1)) == 0


def test_the_leaf_out_of_its_parts() -> None:
    total, mean = in_parts(PARTS, Decimal("2.5")), in_parts("Gộp: bình quân\na) x\nb) y\nc) z", Decimal(2))
    assert total is not None
    assert mean is not None

    assert together(total, {"a": Decimal("1.25")}, Decimal("2.5")) is None
    assert together(total, {"a": Decimal("1.25"), "b": Decimal(1)}, Decimal("2.5")) == Decimal("2.25")
    third = together(mean, {"a": Decimal(1), "b": Decimal(0), "c": Decimal(1)}, Decimal(2))
    assert third == Decimal("0.6667")
    assert least(mean, Decimal(-2)) == -2
    below_zero = {"a": Decimal(-1), "b": Decimal(0), "c": Decimal(-1)}
    assert together(mean, below_zero, Decimal(2)) == Decimal("-0.6667")
    assert limit(mean, mean.parts[0], Decimal(2)) == 2
    assert explained(total, {"b": " Đủ ", "a": ""}) == "b) Đầu tư: Đủ"
