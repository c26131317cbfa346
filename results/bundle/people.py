"""Checks of accounts, councils, seats and of who appraises what. Plain Python."""

from collections.abc import Iterator

from results.bundle.lookup import Lookup
from results.bundle.rows import AccountRow, Problem, gettext_noop

SURVEY = "survey"


def check_accounts(look: Lookup) -> Iterator[Problem]:
    """A person may stand in several rows, one for each role, and is called the same in all."""
    people: dict[str, AccountRow] = {}
    roles = set()
    for row in look.bundle.accounts:
        first = people.setdefault(row.username, row)
        if (first.full_name, first.position) != (row.full_name, row.position):
            text = gettext_noop("“%(username)s” has another name or position in line %(line)s.")
            values = {"username": row.username, "line": first.place.line}
            yield Problem(*row.place.at("full_name"), text, values)
        if (row.username, row.unit_code, row.role) in roles:
            yield Problem(*row.place.at("username"), gettext_noop("“%(value)s” stands twice."), {"value": row.username})
        roles.add((row.username, row.unit_code, row.role))
        yield from _role(look, row)


def _role(look: Lookup, row: AccountRow) -> Iterator[Problem]:
    if not row.role:
        return
    if row.unit_code not in look.units:
        text = gettext_noop("No unit stands under “%(code)s” at the end of the measured period.")
        yield Problem(*row.place.at("unit_code"), text, {"code": row.unit_code})
    if row.since is None:
        yield Problem(*row.place.at("since"), gettext_noop("must not be empty"), {"cell": "since"})


def check_councils(look: Lookup) -> Iterator[Problem]:
    """One council a tier; closed with a day and a person, or not at all."""
    tiers, seen = {tier.code for tier in look.bundle.tiers}, set()
    people = {row.username for row in look.bundle.accounts}
    for row in look.bundle.councils:
        if row.tier not in tiers:
            yield Problem(*row.place.at("tier"), gettext_noop("Unknown tier “%(code)s”."), {"code": row.tier})
        if row.tier in seen:
            yield Problem(*row.place.at("tier"), gettext_noop("“%(value)s” stands twice."), {"value": row.tier})
        seen.add(row.tier)
        if bool(row.closed_at) != bool(row.closed_by):
            text = gettext_noop("A closed council states both when it was closed and by whom.")
            yield Problem(*row.place.at("closed_at"), text)
        if row.closed_by and row.closed_by not in people:
            yield _unknown_person(row.place.at("closed_by"), row.closed_by)
    for tier in look.bundle.tiers if "councils" not in look.bundle.damaged else ():
        if tier.code not in seen and tier.code not in look.prepared:
            text = gettext_noop("The tier “%(code)s” has no council.")
            yield Problem(*tier.place.at("code"), text, {"code": tier.code})


def check_seats(look: Lookup) -> Iterator[Problem]:
    """Each seat in a council, held by a person with an account, once; one chair a council."""
    councils, people = {row.tier for row in look.bundle.councils}, {row.username for row in look.bundle.accounts}
    seen = set()
    for row in look.bundle.seats:
        if row.tier not in councils:
            text = gettext_noop("The tier “%(code)s” has no council.")
            yield Problem(*row.place.at("tier"), text, {"code": row.tier})
        if row.username not in people:
            yield _unknown_person(row.place.at("username"), row.username)
        if (row.tier, row.username) in seen:
            yield Problem(*row.place.at("username"), gettext_noop("“%(value)s” stands twice."), {"value": row.username})
        seen.add((row.tier, row.username))
        if row.agency_code and row.agency_code not in look.units:
            text = gettext_noop("No unit stands under “%(code)s” at the end of the measured period.")
            yield Problem(*row.place.at("agency_code"), text, {"code": row.agency_code})
    if "seats" not in look.bundle.damaged:
        yield from _chairs(look)


def _chairs(look: Lookup) -> Iterator[Problem]:
    chairs = [row.tier for row in look.bundle.seats if row.role == "chair"]
    for row in look.bundle.councils:
        if chairs.count(row.tier) != 1:
            text = gettext_noop("The council of “%(code)s” needs exactly one chair; it has %(count)s.")
            yield Problem(*row.place.at("tier"), text, {"code": row.tier, "count": chairs.count(row.tier)})


def check_assignments(look: Lookup) -> Iterator[Problem]:
    """Each assignment names a seat of the council and a criterion of a set that the tier appraises."""
    kinds = {(group.tier, group.kind) for group in look.bundle.groups}
    seen = set()
    for row in look.bundle.assignments:
        key = (row.tier, row.username, row.kind, row.criterion_code)
        if (row.tier, row.username) not in look.seats:
            text = gettext_noop("“%(username)s” has no seat in the council of “%(code)s”.")
            yield Problem(*row.place.at("username"), text, {"username": row.username, "code": row.tier})
        if (row.tier, row.kind) not in kinds:
            text = gettext_noop("The tier “%(code)s” has no group of the kind “%(kind)s”.")
            yield Problem(*row.place.at("kind"), text, {"code": row.tier, "kind": row.kind})
        elif (row.kind, row.criterion_code) not in look.criteria:
            yield unknown_criterion(row.place.at("criterion_code"), row.kind, row.criterion_code)
        if key in seen:
            text = gettext_noop("“%(value)s” stands twice.")
            yield Problem(*row.place.at("criterion_code"), text, {"value": row.criterion_code})
        seen.add(key)


def check_every_leaf_has_an_appraiser(look: Lookup) -> Iterator[Problem]:
    """A leaf that no seat of a tier appraises would stay undecided for all of its units."""
    for (tier, kind, code), seats in sorted(look.appraisers.items()):
        leaf = look.criteria[kind, code]
        if not seats and leaf.method != SURVEY and tier not in look.prepared:
            text = gettext_noop("Nobody in the council of “%(tier)s” appraises “%(code)s”.")
            yield Problem(*leaf.place.at("code"), text, {"tier": tier, "code": code})


def unknown_criterion(at: tuple[str, int, int], kind: str, code: str) -> Problem:
    text = gettext_noop("The criteria set of the kind “%(kind)s” has no “%(code)s”.")
    return Problem(*at, text, {"kind": kind, "code": code})


def _unknown_person(at: tuple[str, int, int], username: str) -> Problem:
    return Problem(*at, gettext_noop("There is no account “%(username)s”."), {"username": username})
