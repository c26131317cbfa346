"""What is imported, exported and imported again is the same set, to the last letter."""

from decimal import Decimal

import pytest
from django.utils import translation

from criteria.documents import import_samples
from criteria.documents.annex_xlsx import annex as export
from criteria.imports.annex import read
from criteria.tree.nodes import Outline, digest
from tests.factories import annexes

HEADING = ("PHỤ LỤC I", "BỘ TIÊU CHÍ", "(Kèm theo Quyết định số 1/QĐ-UBND)")


def again(outline: Outline) -> Outline:
    """Exported and imported."""
    reading = read(export(outline, heading=HEADING))
    assert [str(problem) for problem in reading.problems] == []
    assert reading.refused == 0
    assert reading.outline is not None
    return reading.outline


@pytest.mark.parametrize("seed", range(200, 300))
def test_import_export_import_is_identical(seed: int) -> None:
    first = read(annexes.annex(seed).data).outline
    assert first is not None

    second = again(first)

    assert second == first
    assert digest(second) == digest(first)
    assert export(second, heading=HEADING) == export(first, heading=HEADING)


def test_the_example_is_imported_as_it_is() -> None:
    with translation.override("vi"):
        reading = read(import_samples.example())

    assert reading.problems == ()
    assert reading.unread_rules == ()
    assert reading.outline is not None
    assert reading.outline.nodes == import_samples.AREAS
    assert reading.outline.scale == Decimal(10)
    assert reading.outline.survey_points == import_samples.AREAS[-1].maximum
    assert again(reading.outline) == reading.outline


def test_the_empty_table_has_a_head_and_no_criteria() -> None:
    reading = read(import_samples.template())

    assert [problem.cell for problem in reading.problems] == [""]
    assert reading.verdicts[-1].kind == "heading"


def test_codes_with_gaps_come_back() -> None:
    """An amended set drops 1.2 and leaves the other codes as they are."""
    first = read(import_samples.example()).outline
    assert first is not None
    left = Outline(
        first.title, first.scale, first.survey_points, tuple(node for node in first.nodes if node.code != "1.2")
    )

    assert again(left) == left
