"""Reads of published results: changes on last year, means, areas."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from results.models import Run
from results.selectors import published
from tests.results import house, papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    return papers.computed(house.ready())


def test_row_changes_count_from_last_year(run: Run) -> None:
    (table,) = published.tables(run)
    best, second, withheld = table.rows
    moved = replace(second, before=best.result)
    assert (moved.index_change, moved.rank_change, moved.ranks_lost) == (Decimal("-8.75"), -1, 1)
    for unknown in (best, withheld, replace(best, before=withheld.result)):
        assert (unknown.index_change, unknown.rank_change, unknown.ranks_lost) == (None, None, None)


def test_mean_of_nothing_is_nothing(run: Run) -> None:
    (table,) = published.tables(run)
    assert published.mean([None]) is None
    assert published.published_mean(replace(table, rows=table.withheld), 2) is None


def test_area_means_leave_out_what_does_not_apply(run: Run) -> None:
    results = [row.result for row in published.tables(run)[0].rows]
    assert published.area_means(results) == {"1": Fraction(175, 3), "2": Fraction(55)}
    results[0].areas = [{**results[0].areas[0], "points": "0", "maximum": "0", "percent": None}]
    assert published.area_means(results) == {"1": Fraction(75, 2), "2": Fraction(175, 4)}


def test_area_that_does_not_apply_has_no_share() -> None:
    assert published.Area("1", "a", Decimal(0), Decimal(0), None).share is None
