"""The rush before a deadline: its script, its documents, its verdict, and a small one played for real."""

from dataclasses import replace
from io import StringIO

import pypdfium2
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from parindex.rush import counts
from parindex.rush.load import Desk, Done, Officer, pdf
from parindex.rush.script import Act, Kind, moments, script

OFFICER = Officer("s", "/d/1/", "/d/1/here/", "/d/1/submit/", ("/d/1/scores/5/",), (), ("/d/1/scores/5/files/",), 1)


def told() -> list[Desk]:
    return [Desk(OFFICER, said={0: "1,5"}, documents=1, receipts={"/r/1/"}, turns=1)]


def stored(**changes: object) -> dict[str, object]:
    found: dict[str, object] = {
        "receipts": ["/r/1/"],
        "submitted": 1,
        "submissions": 1,
        "scored": 1,
        "documents": 1,
        "waiting": 0,
        "points": {"/d/1/scores/5/": "1.5000"},
    }
    return found | changes


def test_the_same_seed_draws_the_same_script() -> None:
    assert script(20, 600, 1) == script(20, 600, 1) != script(20, 600, 2)


def test_the_script_keeps_the_rates_of_three_hundred_officers() -> None:
    acts = script(300, 600, 1)

    kinds = {kind: sum(act.kind is kind for act in acts) for kind in Kind}

    assert kinds[Kind.SUBMIT] == 300
    assert sum(act.copies == 2 for act in acts) == pytest.approx(30, abs=15)
    assert kinds[Kind.PAGE] == pytest.approx(3000, rel=0.1)
    assert kinds[Kind.SAVE] == pytest.approx(300 * 320 / 30, rel=0.2)
    assert kinds[Kind.UPLOAD] == pytest.approx(300 * 320 / 300, rel=0.3)
    late = [act for act in acts if act.kind is Kind.SUBMIT and act.at > 540]
    assert len(late) == pytest.approx(60, abs=20)


def test_nobody_writes_after_the_own_submission() -> None:
    acts = script(50, 600, 1)
    submitted = {act.officer: act.at for act in acts if act.kind is Kind.SUBMIT}

    assert all(act.at < submitted[act.officer] for act in acts if act.kind in {Kind.SAVE, Kind.LEAF, Kind.UPLOAD})
    assert acts == sorted(acts, key=lambda act: act.at)


def test_a_document_is_one_that_can_be_read() -> None:
    made = pdf(200_000, "1 0.5")

    assert len(made) == pytest.approx(200_000, rel=0.01)
    assert len(pypdfium2.PdfDocument(made)) == 1
    assert made != pdf(200_000, "2 0.5")


def test_all_that_was_told_is_stored() -> None:
    assert counts.troubles(counts.table([Done(Kind.SAVE, 200, 0.1)]), told(), stored()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"receipts": []}, "receipts told and receipts stored differ"),
        ({"receipts": ["/r/1/", "/r/2/"]}, "receipts told and receipts stored differ"),
        ({"submitted": 0}, "dossiers handed in and receipts differ"),
        ({"submissions": 2}, "audit events and receipts differ"),
        ({"documents": 2}, "documents told and documents stored differ"),
        ({"points": {"/d/1/scores/5/": "1.6000"}}, "acknowledged points are not stored"),
        ({"points": {}}, "acknowledged points are not stored"),
        ({"scored": 0}, "audit events and saves differ"),
    ],
)
def test_what_was_lost_or_doubled_is_named(changes: dict[str, object], sentence: str) -> None:
    assert counts.troubles([], told(), stored(**changes)) == [sentence]


def test_failed_and_slow_requests_are_named() -> None:
    rows = counts.table([Done(Kind.PAGE, 200, 0.7), Done(Kind.SAVE, 503, 0.1), Done(Kind.UPLOAD, 0, 0.1)])

    assert counts.troubles(rows, told(), stored()) == ["requests failed", "page: 700 ms at the 95th percentile"]
    assert [row.failed for row in rows if row.count] == [0, 1, 1]


def test_percentiles_are_those_of_the_requests() -> None:
    row = counts.table([Done(Kind.SAVE, 200, each / 100) for each in range(1, 101)])[2]

    assert (row.count, row.median, row.p95, row.p99, row.most) == (100, 500, 950, 990, 1000)


def test_an_act_comes_before_another_by_its_moment() -> None:
    first = Act(1.0, 5, Kind.PAGE)

    assert first < replace(first, at=2.0)


def test_moments_lie_inside_the_run() -> None:
    assert moments(3, 60, 1) == moments(3, 60, 1)
    assert all(0 <= each <= 60 for each in moments(50, 60, 1))


def test_a_small_rush_loses_nothing_though_the_server_is_killed(settings: LazySettings) -> None:
    """Four officers for six seconds against a real server, worker and database; speed is not judged here."""
    settings.DEBUG = True
    said, slow = StringIO(), ""

    try:
        call_command("bench", "rush", officers=4, seconds=6, kills=2, stdout=said)
    except CommandError as error:
        slow = str(error)

    # On a loaded machine an answer may be late; nothing may be lost or doubled.
    assert all("95th percentile" in each for each in slow.split("; ") if each), slow
    assert "receipts told 4, stored 4, dossiers handed in 4, audit events 4" in said.getvalue()
    assert "web processes killed 2" in said.getvalue()
