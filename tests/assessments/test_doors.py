"""Doors to documents and to a dossier's way: who does not get in, and with which answer."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from assessments.models import Evidence
from assessments.policies import evidence as documents
from assessments.policies import papers, signing
from assessments.services import submission
from tests.assessments.pages import complete
from tests.assessments.shelf import cited, document
from tests.factories import rows
from units.models import User

pytestmark = pytest.mark.django_db
Door = Callable[[rows.Season, User], object]


@pytest.fixture
def season() -> rows.Season:
    """A dossier that was handed in, with a document of the officer cited in it."""
    made = rows.season()
    complete(made)
    cited(document(made.units[0], uploaded_by=made.officer), made.assessments[0])
    submission.submit(assessment=made.assessments[0], by=made.head)
    return made


def a_citation(season: rows.Season, who: User) -> object:
    return documents.citation_to_change(who, season.assessments[0].scores.get(criterion__code="1.1").citations.get().pk)


def its_list(season: rows.Season, who: User) -> object:
    return documents.evidence_to_guard(who, Evidence.objects.get().pk)


def its_data(season: rows.Season, who: User) -> object:
    return documents.evidence_to_change(who, Evidence.objects.get().pk)


def the_library(season: rows.Season, who: User) -> object:
    return documents.library_to_view(who, season.units[0].pk)


def all_duplicates(season: rows.Season, who: User) -> object:
    return documents.duplicates_to_view(who)


def the_way(season: rows.Season, who: User) -> object:
    return signing.dossier_to_move(who, season.assessments[0].pk)


def the_path(season: rows.Season, who: User) -> object:
    return signing.unit_to_sign_for(who, season.units[0].pk)


def a_signed_paper(season: rows.Season, who: User) -> object:
    return papers.receipt_to_sign(who, season.assessments[0].receipts.get().pk)


@pytest.mark.parametrize("door", [a_citation, its_list, its_data, the_library, the_way, the_path, a_signed_paper])
def test_for_a_stranger_nothing_is_there(season: rows.Season, door: Door) -> None:
    with pytest.raises(Http404):
        door(season, season.outsider)


@pytest.mark.parametrize(
    ("door", "who"),
    [
        (a_citation, "staff"),
        (its_data, "staff"),
        (all_duplicates, "officer"),
        (the_way, "staff"),
        (the_path, "officer"),
        (a_signed_paper, "staff"),
    ],
)
def test_who_may_look_and_no_more_is_refused(season: rows.Season, door: Door, who: str) -> None:
    with pytest.raises(PermissionDenied):
        door(season, getattr(season, who))


def test_a_colleague_does_not_say_who_reads_another_s_document(season: rows.Season) -> None:
    colleague = rows.member("officer", season.units[0], "colleague")

    with pytest.raises(PermissionDenied):
        its_list(season, colleague)
    assert its_list(season, season.officer) == its_list(season, season.head) == Evidence.objects.get()


@pytest.mark.parametrize(
    ("door", "who"),
    [
        (the_library, "staff"),
        (all_duplicates, "staff"),
        (its_data, "officer"),
        (the_way, "officer"),
        (the_path, "head"),
        (a_signed_paper, "officer"),
    ],
)
def test_those_whose_door_it_is_get_in(season: rows.Season, door: Door, who: str) -> None:
    assert door(season, getattr(season, who)) is not None


def test_dossiers_to_cite_in_are_of_those_who_write_and_open(season: rows.Season) -> None:
    kept = Evidence.objects.get()
    following = rows.cycle(season.province)
    level = rows.tier(following, season.province)
    ahead = rows.assessment(level, season.units[0], rows.criteria_set(following))

    assert documents.dossiers_to_cite_in(season.officer, kept) == [ahead]
    assert documents.dossiers_to_cite_in(season.staff, kept) == []
