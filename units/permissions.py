"""What a role may do. The only module that gives a role a meaning; only policies ask it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from units.models import Membership, Role, Unit, User
from units.selectors import ancestors, current_memberships


class Permission(StrEnum):
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_SCORE = "assessment.score"
    ASSESSMENT_CHECK = "assessment.check"
    ASSESSMENT_SUBMIT = "assessment.submit"
    ASSESSMENT_DELEGATE = "assessment.delegate"
    PROGRESS_VIEW = "progress.view"
    ASSESSMENT_RETURN = "assessment.return"
    SURVEY_IMPORT = "survey.import"
    RUN_VIEW = "run.view"
    RUN_COMPUTE = "run.compute"
    DECISION_DRAFT = "decision.draft"
    DECISION_APPROVE = "decision.approve"
    DECISION_PUBLISH = "decision.publish"
    CRITERIA_EDIT = "criteria.edit"
    CRITERIA_ISSUE = "criteria.issue"
    CALENDAR_EDIT = "calendar.edit"
    EXTENSION_APPROVE = "extension.approve"
    UNIT_ATTRIBUTES = "unit.attributes"
    UNITS_IMPORT = "units.import"
    AUDIT_VIEW = "audit.view"


P = Permission


@dataclass(frozen=True)
class Meaning:
    """What a role may do in its own unit, and what in all units below it."""

    here: frozenset[Permission]
    below: frozenset[Permission] = frozenset()


OVERSIGHT = frozenset({P.ASSESSMENT_VIEW, P.PROGRESS_VIEW, P.RUN_VIEW})
UNIT = frozenset({P.ASSESSMENT_VIEW, P.ASSESSMENT_SCORE})
CRITERIA = {P.CRITERIA_EDIT, P.CRITERIA_ISSUE}
STAFF = (
    OVERSIGHT
    | CRITERIA
    | {P.SURVEY_IMPORT, P.RUN_COMPUTE, P.DECISION_DRAFT, P.ASSESSMENT_RETURN, P.UNIT_ATTRIBUTES}
    | {P.CALENDAR_EDIT, P.EXTENSION_APPROVE, P.ASSESSMENT_DELEGATE}
)
ADMINISTRATOR = frozenset({P.UNITS_IMPORT, P.UNIT_ATTRIBUTES, P.AUDIT_VIEW})
ROLES: dict[str, Meaning] = {
    Role.OFFICER: Meaning(UNIT),
    Role.CHECKER: Meaning(UNIT | {P.ASSESSMENT_CHECK}),
    Role.HEAD: Meaning(UNIT | {P.ASSESSMENT_CHECK, P.ASSESSMENT_SUBMIT, P.ASSESSMENT_DELEGATE}),
    # The standing body works on its own tier and looks on at the tiers below. Of the units below it returns the
    # dossiers that were handed in to its own authority (``assessments.policies``).
    Role.STAFF: Meaning(STAFF, OVERSIGHT | {P.ASSESSMENT_RETURN, P.UNIT_ATTRIBUTES}),
    Role.CHAIRMAN: Meaning(OVERSIGHT | {P.DECISION_APPROVE, P.DECISION_PUBLISH, P.EXTENSION_APPROVE}, OVERSIGHT),
    Role.ADMINISTRATOR: Meaning(ADMINISTRATOR, ADMINISTRATOR),
}


def _roles(user: User) -> list[Membership]:
    """The roles of today, read once in the life of this object: every app asks for those of a request's person."""
    known: list[Membership] | None = user.__dict__.get("_roles")
    if known is None:
        known = user.__dict__["_roles"] = list(current_memberships(user))
    return known


def held(user: User | AnonymousUser, unit: Unit) -> frozenset[Permission]:
    """Every permission that ``user`` holds for ``unit`` today: by a role in it, or by one that reaches down to it."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    permissions: set[Permission] = set()
    reaching: dict[int, frozenset[Permission]] = {}
    for membership in _roles(user):
        meaning = ROLES[membership.role]
        if membership.unit_id == unit.pk:
            permissions |= meaning.here
        elif meaning.below:
            reaching[membership.unit_id] = reaching.get(membership.unit_id, frozenset()) | meaning.below
    # Who works in the unit itself, as nearly everybody does in the last hour, costs no look at what lies above.
    for each in ancestors(unit) if reaching else ():
        permissions |= reaching.get(each.pk, frozenset())
    return frozenset(permissions)


def units_where(user: User | AnonymousUser, permission: Permission) -> tuple[list[Unit], list[Unit]]:
    """The units in which the person holds ``permission``: (themselves, with all units below)."""
    here: list[Unit] = []
    below: list[Unit] = []
    if isinstance(user, User) and user.is_active:
        for membership in _roles(user):
            meaning = ROLES[membership.role]
            here += [membership.unit] if permission in meaning.here else []
            below += [membership.unit] if permission in meaning.below else []
    return here, below


def holds_anywhere(user: User | AnonymousUser, permissions: Iterable[Permission]) -> bool:
    """Whether the person holds one of ``permissions`` in any unit."""
    return any(any(units_where(user, permission)) for permission in permissions)
