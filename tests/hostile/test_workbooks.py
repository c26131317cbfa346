"""Hostile score workbooks: every one refused with a reason, none stored, no error page, memory bounded."""

import resource
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.imports.roundtrip import read
from assessments.models import Score, SheetReturn
from tests.assessments import books, pages
from tests.factories import rows
from tests.hostile import workbooks
from units.archive import Unreadable

pytestmark = pytest.mark.django_db
MOST_MEMORY = 250 * 1024**2
"""What reading one of them may hold at a time; measured: the largest takes about a third of it."""


def test_there_are_two_hundred_and_the_good_one_is_good() -> None:
    own = rows.season().assessments[0]
    good = books.made(own)

    names = [name for name, _data in workbooks.hostile(good)]

    assert len(names) == len(set(names)) >= 200
    assert [row.findings for row in read(good, own).rows] == [[], []]


def test_every_one_is_refused_in_words_and_nothing_of_it_is_written() -> None:
    """Most as a whole; those whose only fault is a cell are shown, with that cell, and change nothing."""
    season = rows.season()
    client = pages.signed_in(season.officer)
    good = books.made(season.assessments[0])
    broken = []
    for name, data in workbooks.hostile(good):
        response = client.post(pages.url("workbook", season), {"file": SimpleUploadedFile(f"{name[:40]}.xlsx", data)})
        is_cell = name.startswith("type-") and response.status_code == 302
        if is_cell and client.get(response["Location"]).context["preview"].changes == []:
            continue
        if response.status_code != 422 or 'class="errorlist"' not in response.content.decode():
            broken.append((name, response.status_code))

    assert broken == []
    assert set(SheetReturn.objects.values_list("applied_at", flat=True)) <= {None}
    assert not Score.objects.exists()


def test_memory_stays_bounded() -> None:
    own = rows.season().assessments[0]
    heavy = [pair for pair in workbooks.hostile(books.made(own)) if pair[0].startswith(("bomb", "many", "deep", "ele"))]
    heavy += [pair for pair in workbooks.hostile(books.made(own)) if pair[0] == "merges"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    for _name, data in heavy:
        with pytest.raises(Unreadable):
            read(data, own)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < MOST_MEMORY
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * MOST_MEMORY // 1024
