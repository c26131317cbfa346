"""Every damaged annex is refused in words, at its cell where there is one; nothing is raised and memory stays small."""

import tracemalloc

import pytest

from criteria.imports.annex import read
from tests.criteria.imports import damage
from tests.criteria.imports.books import SHEET, book, good, put, replaced
from tests.criteria.imports.damage import Made
from tests.timing import stopwatch
from units.archive import Unreadable

FILES, CELLS, WHOLE = list(damage.files()), list(damage.cells()), list(damage.whole())


def test_there_are_a_hundred() -> None:
    names = [name for name, *_ in (*FILES, *CELLS, *WHOLE)]

    assert len(set(names)) == len(names) >= 100


def test_the_annex_is_good_before_it_is_damaged() -> None:
    reading = read(good())

    assert reading.problems == ()
    assert reading.outline is not None
    assert reading.outline.scale == 10


@pytest.mark.parametrize(("name", "made"), FILES, ids=[name for name, _ in FILES])
def test_a_file_that_is_none_is_refused(name: str, made: Made) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(made())

    assert len(str(refusal.value)) > 10


@pytest.mark.parametrize(("name", "made", "cell"), CELLS, ids=[name for name, *_ in CELLS])
def test_a_cell_is_refused_at_its_address(name: str, made: Made, cell: str) -> None:
    reading = read(made())

    assert cell in {problem.cell for problem in reading.problems}
    assert all(problem.text for problem in reading.problems)
    assert reading.outline is None
    assert reading.accepted + reading.refused == len(reading.verdicts)
    assert reading.refused > 0


@pytest.mark.parametrize(("name", "made"), WHOLE, ids=[name for name, _ in WHOLE])
def test_a_table_that_says_too_little_is_refused(name: str, made: Made) -> None:
    reading = read(made())

    assert reading.outline is None
    assert [problem.cell for problem in reading.problems] == [""]
    assert reading.refused == 0


@pytest.mark.parametrize("name", ["many elements", "bomb", "too large unpacked", "entities in xl/sharedStrings.xml"])
def test_memory_is_bounded(name: str) -> None:
    data = dict(FILES)[name]()
    tracemalloc.start()
    with pytest.raises(Unreadable):
        read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 60 * 1024 * 1024


def test_a_claim_of_a_million_rows_costs_nothing() -> None:
    claimed = replaced(SHEET, b'<dimension ref="A1:E12"', b'<dimension ref="A1:XFD1048576"')
    tracemalloc.start()
    reading = read(claimed)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert reading.outline == read(good()).outline
    assert peak < 20 * 1024 * 1024


def test_a_merge_over_everything_costs_nothing() -> None:
    merge = b'</sheetData><mergeCells><mergeCell ref="G3:XFD1048576"/></mergeCells>'
    reading = read(replaced(SHEET, b"</sheetData>", merge))

    assert reading.outline == read(good()).outline


def test_too_many_merged_ranges_are_refused() -> None:
    merges = b"".join(b'<mergeCell ref="H%d:H%d"/>' % (row, row + 1) for row in range(1, 45_000, 2))
    damaged = replaced(SHEET, b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")

    with pytest.raises(Unreadable):
        read(damaged)


def test_a_hint_says_what_a_number_does_to_a_code() -> None:
    reading = read(book(finish=put(A3=1.1, A6=1.1)))

    assert "1.10" in reading.problems[0].text


def test_merges_over_everything_again_and_again_are_refused() -> None:
    far = put(CA4900="x")
    merge = b'<mergeCell ref="A1:XFD1048576"/>' * 4_000
    damaged = replaced(SHEET, b"</sheetData>", b"</sheetData><mergeCells>" + merge + b"</mergeCells>", book(finish=far))

    with pytest.raises(Unreadable):
        read(damaged)


def test_a_number_longer_than_any_float_is_refused_in_words() -> None:
    for old, cell in ((b"<v>2.5</v>", "C3"), (b"<v>1.5</v>", "C6")):
        assert cell in {each.cell for each in read(replaced(SHEET, old, b"<v>" + b"9" * 4000 + b"</v>")).problems}
    long = replaced(SHEET, b"<v>123456</v>", b"<v>" + b"9" * 3000 + b"</v>", book(finish=put(B3=123456)))
    assert "B3" in {each.cell for each in read(long).problems}


def test_a_full_sheet_is_read_in_bearable_time() -> None:
    """Five thousand rows, twelve hundred leaves: the most that is taken."""
    rows: list[tuple[object, ...]] = [("1", "A", 1240)]
    for leaf in range(1, 1241):
        rows += [
            (f"1.{leaf}" if leaf < 1000 else None, "Nội dung", 1),
            (None, "Kịp thời: 1"),
            (None, "Chậm: 0,5"),
            (None, "Không: 0"),
        ]

    with stopwatch() as taken:
        reading = read(book(rows))

    assert len(reading.verdicts) == 4962
    assert taken() < 15
