"""Codes tell the tree, in every style of numbering; what does not fit is refused once."""

import pytest

from criteria.imports import codes
from criteria.imports.codes import BadCode, Placer


def place(*texts: str, gaps: bool = False) -> tuple[list[str], list[str]]:
    """The stored codes with their parents, and what was refused or remarked."""
    placer, told = Placer(lambda at: f"A{at + 1}", gaps=gaps), []
    for text in texts:
        try:
            told.append(placer.place(codes.read(text)))
        except BadCode as bad:
            told.append(str(bad))
    full = codes.unique(placer.placed)
    parents = [full[each.parent] if each.parent is not None else "" for each in placer.placed]
    return [f"{parent}>{code}" for parent, code in zip(parents, full, strict=True)], [text for text in told if text]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["1", "1.1", "1.1.1", "1.2", "2"], [">1", "1>1.1", "1.1>1.1.1", "1>1.2", ">2"]),
        (["I", "1.1", "1.2", "II", "2.1"], [">I", "I>1.1", "I>1.2", ">II", "II>2.1"]),
        (["I", "1", "a)", "b)", "2"], [">I", "I>1", "1>a)", "1>b)", "I>2"]),
        (["I", "1", "II", "1"], [">I", "I>I.1", ">II", "II>II.1"]),
        (["I", "1", "1.1", "II", "1", "1.1"], [">I", "I>I.1", "I.1>I.1.1", ">II", "II>II.1", "II.1>II.1.1"]),
        (["I", "I.1", "I.2", "II"], [">I", "I>I.1", "I>I.2", ">II"]),
        (["A", "I", "1", "II", "B", "I"], [">A", "A>A.I", "A.I>1", "A>A.II", ">B", "B>B.I"]),
        (["A", "B", "C", "D", "Đ", "E", "G", "H", "I"], [">A", ">B", ">C", ">D", ">Đ", ">E", ">G", ">H", ">I"]),
        (["1", "a)", "b)", "c)", "d)", "đ)", "e)"], [">1", "1>a)", "1>b)", "1>c)", "1>d)", "1>đ)", "1>e)"]),
        (["1", "a.", "b.", "2."], [">1", "1>a", "1>b", ">2"]),
        (["I", "(1)", "(2)"], [">I", "I>(1)", "I>(2)"]),
        (["VIII", "IX"], [">VIII", ">IX"]),
    ],
)
def test_codes_tell_the_tree(texts: list[str], found: list[str]) -> None:
    placed, told = place(*texts, gaps=texts[0] == "VIII")

    assert placed == found
    assert bool(told) == (texts[0] == "VIII")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["1", "3"], "3"),
        (["1", "1.2"], "1.2"),
        (["1", "1.1", "1.1"], "A2"),
        (["1", "2", "1.1"], "A1"),
        (["1", "1.1", "2", "1.1"], "A2"),
        (["1", "2.1"], "2"),
        (["I", "III"], "III"),
        (["I", "b)"], "b)"),
        (["1", "a)", "c)"], "c)"),
    ],
)
def test_codes_that_do_not_fit_are_refused_once(texts: list[str], words: str) -> None:
    _placed, told = place(*texts)

    assert len(told) == 1
    assert words in told[0]


def test_a_gap_is_remarked_where_codes_are_trusted() -> None:
    assert place("1", "3", gaps=True)[0] == [">1", ">3"]
