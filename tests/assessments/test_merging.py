"""The three-way merge of a workbook: against an oracle, and its texts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import merging
from assessments.merging import Field, Finding, Outcome, Returned, Row, Said, Trouble

TEXTS = st.sampled_from(["", "1", "2", "n/a", "đã ban hành"])
NAMES = st.sampled_from(["answer", "explanation", "reason", "figure:số văn bản"])
SIDES = st.dictionaries(NAMES, TEXTS)


def oracle(base: str, theirs: str, mine: str) -> tuple[Outcome, str]:
    """The textbook table of a three-way merge, and what stands in the end while nobody decides a conflict."""
    table = {
        (False, False): (Outcome.UNCHANGED, mine),
        (True, False): (Outcome.TAKEN, theirs),
        (False, True): (Outcome.KEPT, mine),
        (True, True): (Outcome.UNCHANGED, mine) if theirs == mine else (Outcome.CONFLICT, mine),
    }
    return table[theirs != base, mine != base]


@given(SIDES, SIDES, SIDES, st.dictionaries(NAMES, st.sampled_from(["theirs", "mine", "", "else"])))
def test_the_merge_is_the_textbook_s(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str], choices: dict[str, str]
) -> None:
    fields = merging.merge(base, theirs, mine)
    changed = merging.settled(fields, choices)

    assert [each.name for each in fields] == list(theirs)
    for each in fields:
        outcome, stands = oracle(base.get(each.name, ""), theirs[each.name], mine.get(each.name, ""))
        if outcome is Outcome.CONFLICT and choices.get(each.name) == "theirs":
            stands = theirs[each.name]
        assert each.outcome is outcome
        assert changed.get(each.name, mine.get(each.name, "")) == stands
    assert all(text != mine.get(name, "") for name, text in changed.items())


@given(SIDES, SIDES, SIDES, SIDES)
def test_merging_again_what_was_taken_finds_nothing_to_take(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str], choices: dict[str, str]
) -> None:
    """A workbook that is brought twice writes once, whatever the person chose for the conflicts it took."""
    after = mine | merging.settled(merging.merge(base, theirs, mine), dict.fromkeys(theirs, "theirs"))

    again = merging.merge(base, theirs, after)

    assert merging.settled(again, dict.fromkeys(theirs, "theirs")) == {}


def test_a_conflict_that_nobody_decides_changes_nothing() -> None:
    field = Field("answer", "1", "2", "3")

    assert (field.settled(""), field.settled("mine"), field.settled("theirs")) == ("3", "3", "2")


@pytest.mark.parametrize(
    ("points", "not_applicable", "text"),
    [
        (Decimal("2.5000"), False, "2.5"),
        (Decimal("10"), False, "10"),
        (Decimal("-0"), False, "0"),
        (Decimal("-1.50"), False, "-1.5"),
        (None, True, "n/a"),
        (None, False, ""),
    ],
)
def test_an_answer_has_one_spelling(points: Decimal | None, not_applicable: bool, text: str) -> None:
    assert merging.answer(points, not_applicable) == text


@given(st.text())
def test_a_text_has_one_spelling(text: str) -> None:
    once = merging.spelt(text)

    assert merging.spelt(once) == once
    assert "\r" not in once


def test_a_workbook_as_read_is_kept_word_by_word() -> None:
    row = Row(7, "1.1", "Kế hoạch", "A5", 3, {"answer": "1"}, {"points": Said("1,5", "D5")})
    row.findings.append(Finding(Trouble.MOVED, "A5", "Dòng bị chuyển"))
    returned = Returned([row], [Finding(Trouble.FOREIGN, "A9", "Dòng lạ")])

    assert merging.thawed(merging.frozen(returned)) == returned
    assert not row.is_refused


def test_only_harmless_findings_leave_a_row_to_be_taken() -> None:
    row = Row(7, "1.1", "Kế hoạch", "A5", 3, findings=[Finding(Trouble.DOUBLED, "A5", "Hai dòng")])

    assert row.is_refused
