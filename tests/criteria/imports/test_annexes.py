"""Two hundred annexes whose truth is known: nothing is read otherwise than it was meant, and every row is told."""

from dataclasses import asdict

import pytest

from criteria.imports.annex import read
from tests.factories import annexes


@pytest.mark.parametrize("seed", range(200))
def test_reads_what_was_written(seed: int) -> None:
    annex = annexes.annex(seed)

    reading = read(annex.data)

    assert [str(problem) for problem in reading.problems] == []
    assert reading.outline is not None
    assert [asdict(node) for node in reading.outline.nodes] == [asdict(node) for node in annex.truth.nodes]
    assert reading.outline == annex.truth
    assert {unread.code for unread in reading.unread_rules} == annex.unread
    assert reading.accepted == len(reading.verdicts) == annex.rows
    assert reading.refused == 0
