"""The queue of a seat: states, filters, order, neighbours, number of queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from assessments.models import Citation, Evidence
from councils.models import Appraisal
from councils.selectors import pairs_for
from councils.selectors.pairs import (
    Filters,
    Neighbours,
    Pair,
    PairState,
    evidence_counts,
    narrowed,
    neighbours,
    not_handed_in,
    pairs_of,
)
from tests.councils import makers
from tests.factories import rows

pytestmark = pytest.mark.django_db


def named(pairs: list[Pair]) -> list[str]:
    return [f"{pair.assessment.unit.code} {pair.criterion.code}" for pair in pairs]


def test_pairs_of_handed_in_dossiers_only() -> None:
    season = makers.season(1)

    pairs = pairs_for(season.member)

    assert named(pairs) == ["SYT 1.1", "SYT 1.2"]
    assert [pair.state for pair in pairs] == [PairState.WAITING, PairState.WAITING]
    assert list(not_handed_in(season.tier)) == [season.assessments[0]]


def test_pairs_of_the_own_agency_never_appear() -> None:
    season = makers.season(0, 1)

    assert named(pairs_for(season.own_member)) == ["SYT 1.1", "SYT 1.2"]
    assert named(pairs_for(season.member)) == ["SXD 1.1", "SXD 1.2", "SYT 1.1", "SYT 1.2"]


def test_pairs_of_a_seat_without_leaves_are_none() -> None:
    season = makers.season(0)

    assert pairs_for(season.chair) == []


def test_pair_state_follows_the_ruling() -> None:
    season = makers.season(0)
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))
    rows.appraisal(season.assessments[0], "1.2", "1", season.member, self_points=Decimal(3), reason="thiếu văn bản")

    pairs = pairs_for(season.member)

    assert [pair.state for pair in pairs] == [PairState.DECIDED, PairState.CHANGED]
    assert [pair.is_waiting for pair in pairs] == [False, False]


def test_pair_with_another_self_score_since_waits_again() -> None:
    season = makers.season(0)
    rows.appraisal(season.assessments[0], "1.1", "1", season.member, self_points=Decimal(1))

    pair = pairs_for(season.member)[0]

    assert (pair.state, pair.is_outdated) == (PairState.WAITING, True)


def test_pair_touched_and_handed_in_anew_waits_again() -> None:
    season = makers.season(0)
    dossier = season.assessments[0]
    rows.appraisal(dossier, "1.1", "2", season.member, self_points=Decimal(2))
    rows.appraisal(dossier, "1.2", "3", season.member, self_points=Decimal(3))
    Appraisal.objects.update(decided_at=timezone.now() - timedelta(hours=5))
    dossier.scores.filter(criterion__code="1.2").update(updated_at=timezone.now() - timedelta(hours=9))

    assert [pair.is_outdated for pair in pairs_for(season.member)] == [True, False]


def test_pair_ruled_on_without_a_self_score_stays_decided() -> None:
    season = makers.season(0)
    dossier = season.assessments[0]
    dossier.scores.all().delete()
    rows.appraisal(dossier, "1.1", "1", season.member, reason="có văn bản")
    rows.appraisal(dossier, "1.2", "1", season.member, self_points=Decimal(1))

    assert [pair.state for pair in pairs_for(season.member)] == [PairState.CHANGED, PairState.WAITING]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["SXD 1.1", "SXD 1.2", "SYT 1.1", "SYT 1.2"]),
        (Filters(search="xay dung"), ["SXD 1.1", "SXD 1.2"]),
        (Filters(search="tiêu chí 1.2"), ["SXD 1.2", "SYT 1.2"]),
        (Filters(search="1.1"), ["SXD 1.1", "SYT 1.1"]),
        (Filters(search="không có"), []),
        (Filters(area="Tiêu chí 1"), ["SXD 1.1", "SXD 1.2", "SYT 1.1", "SYT 1.2"]),
        (Filters(area="Tiêu chí 2"), []),
        (Filters(state="waiting"), ["SXD 1.2", "SYT 1.1", "SYT 1.2"]),
        (Filters(state="decided"), ["SXD 1.1"]),
        (Filters(sort="-unit"), ["SYT 1.2", "SYT 1.1", "SXD 1.2", "SXD 1.1"]),
        (Filters(sort="criterion"), ["SXD 1.1", "SYT 1.1", "SXD 1.2", "SYT 1.2"]),
        (Filters(sort="-maximum"), ["SYT 1.2", "SXD 1.2", "SYT 1.1", "SXD 1.1"]),
        (Filters(sort="state"), ["SXD 1.2", "SYT 1.1", "SYT 1.2", "SXD 1.1"]),
    ],
)
def test_pairs_narrowed_and_sorted(filters: Filters, expected: list[str]) -> None:
    season = makers.season(0, 1)
    rows.appraisal(season.assessments[0], "1.1", "2", season.member, self_points=Decimal(2))

    assert named(pairs_for(season.member, filters)) == expected


def test_pairs_of_one_unit() -> None:
    season = makers.season(0, 1)

    assert named(pairs_for(season.member, Filters(unit=season.units[1].pk))) == ["SYT 1.1", "SYT 1.2"]


def test_kept_pair_stays_whatever_the_filter_says() -> None:
    season = makers.season(0, 1)
    key = (season.assessments[0].pk, makers.leaf(season, "1.2").pk)

    assert named(pairs_for(season.member, Filters(unit=season.units[1].pk), keep=key)) == [
        "SXD 1.2",
        "SYT 1.1",
        "SYT 1.2",
    ]


def test_neighbours_in_the_middle_and_at_the_ends() -> None:
    season = makers.season(0, 1)
    rows.appraisal(season.assessments[0], "1.2", "3", season.member, self_points=Decimal(3))
    pairs = pairs_for(season.member)

    assert neighbours(pairs, pairs[0].key) == Neighbours(1, 4, None, pairs[1], pairs[2])
    assert neighbours(pairs, pairs[3].key) == Neighbours(4, 4, pairs[2], None, pairs[0])
    assert neighbours(pairs, (0, 0)) is None


def test_neighbours_of_the_only_waiting_pair_have_nothing_next() -> None:
    season = makers.season(0)
    pairs = narrowed(pairs_of(season.council, season.member), Filters(search="1.1"))

    assert neighbours(pairs, pairs[0].key) == Neighbours(1, 1, None, None, None)


def test_evidence_counts_by_score() -> None:
    season = makers.season(0)
    score = season.assessments[0].scores.get(criterion__code="1.1")
    for number in range(2):
        document = Evidence.objects.create(
            unit=season.units[0], name=f"{number}.pdf", size=1, sha256=str(number), uploaded_at=timezone.now()
        )
        Citation.objects.create(score=score, evidence=document)

    assert evidence_counts(pairs_for(season.member)) == {score.pk: 2}


def test_pairs_cost_the_same_queries_for_one_unit_and_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    season = makers.season(0)
    with django_assert_num_queries(8):
        assert len(pairs_for(season.member)) == 2

    makers.hand_in(season, 1)
    third = rows.unit("Sở Tư pháp", parent=season.province)
    season.assessments.append(rows.assessment(season.tier, third, season.criteria_set))
    makers.hand_in(season, 2)
    with django_assert_num_queries(8):
        assert len(pairs_for(season.member)) == 6
