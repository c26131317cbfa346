"""The measurement runs, says the same number of queries for 1 and 60 files, and leaves nothing behind."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from assessments.models import Assessment
from criteria.models import CriteriaSet
from parindex import bench, bench_boards, bench_sets
from tests.factories import rows
from units.models import AuditEvent, Unit

pytestmark = pytest.mark.django_db


def test_figures_are_measured_and_nothing_stays(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SECURE_SSL_REDIRECT = False
    rows.season()
    before = (Unit.objects.count(), Assessment.objects.count(), AuditEvent.objects.count())

    one, many, save, sheet, leaf, saved, compute = bench.figures(2)

    assert (one.queries, one.runs) == (many.queries, 2)
    assert many.queries is not None
    assert many.queries <= 15
    assert save.kilobytes is not None
    assert None not in (sheet.queries, sheet.kilobytes, leaf.kilobytes, saved.kilobytes)
    assert (sheet.queries or 0) <= 15
    assert (sheet.kilobytes or 0) <= 300
    assert (saved.kilobytes or 0) <= 60
    assert compute.what == "compute 2 units in 1 tiers"
    assert (Unit.objects.count(), Assessment.objects.count(), AuditEvent.objects.count()) == before


def test_large_set_has_four_levels_and_300_leaves_and_nothing_stays(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SECURE_SSL_REDIRECT = False
    whole = bench_sets.large_set()

    editor, reading, *work = bench_sets.figures(1)

    assert (len(whole.leaves), {whole.depth(leaf) for leaf in whole.leaves}) == (300, {3})
    for each in (editor, reading):
        assert each.queries is not None
        assert each.kilobytes is not None
        assert (each.queries <= 12, each.kilobytes <= 300) == (True, True)
    assert [each.kilobytes for each in work] == [None, None, None]
    assert (CriteriaSet.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_boards_ask_as_much_for_four_units_as_for_two_and_nothing_stays(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SECURE_SSL_REDIRECT = False

    few, many = bench_boards.figures(1, 2), bench_boards.figures(1, 4)

    assert [each.queries for each in many] == [each.queries for each in few]
    assert [each.what for each in many] == [
        "units by steps, 4 units",
        "units by areas, 4 units",
        "who waits for whom, 4 units",
    ]
    assert (Unit.objects.count(), Assessment.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_figures_of_an_empty_house_leave_the_computation_out(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SECURE_SSL_REDIRECT = False

    assert len(bench.figures(1)) == 6


def test_command_prints_a_table(settings: LazySettings) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SECURE_SSL_REDIRECT = False
    out = StringIO()

    call_command("bench", "--times", "1", stdout=out)

    assert [line.count("|") for line in out.getvalue().splitlines()] == [6] * 16


def test_command_refuses_outside_the_practice_mode(settings: LazySettings) -> None:
    settings.DEBUG = False

    with pytest.raises(CommandError):
        call_command("bench", stdout=StringIO())


def test_a_wrong_answer_is_not_measured() -> None:
    with pytest.raises(RuntimeError):
        bench.ok(HttpResponse(status=404))
