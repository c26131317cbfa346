"""The doors to a dossier on its way out of the unit: who may pass it on, send it back, take it back, hand it in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.models import Assessment, SigningPath, SignOff, SignStep
from assessments.policies.dossiers import Rights, sheet_door
from assessments.selectors.locks import last_receipt
from assessments.selectors.signing import path_of, required, sign_offs, standing
from assessments.states import EDITABLE, INSIDE, State
from units.models import Unit, User
from units.permissions import Permission, held, units_where


@dataclass(frozen=True)
class Way:
    """Where a dossier stands on its unit's path, and what the person may do there.

    ``number``: of the receipt ahead; ``missing``: the signatures still to come before it can be handed in;
    ``passes`` and ``returns``: the step at which the person signs or sends back now, empty where the person does not;
    ``steps``: those at which the person may sign at all.
    """

    path: SigningPath
    number: int
    log: Sequence[SignOff]
    missing: Sequence[SignStep]
    passes: str = ""
    returns: str = ""
    steps: frozenset[str] = frozenset()
    may_take_back: bool = False
    may_submit: bool = False

    @property
    def ready(self) -> bool:
        """Whether the person can hand the dossier in now, as far as signatures go."""
        return self.may_submit and not self.missing

    @property
    def is_plain(self) -> bool:
        """Whether the head alone answers for the dossier, as in a unit without a path of its own."""
        return self.path.head_signs and not (self.path.writer_signs or self.path.checker_signs)

    @property
    def next_step(self) -> str:
        """To whom the dossier goes when it is passed on."""
        goes_to_checker = self.passes == SignStep.WRITER and self.path.checker_signs
        return SignStep.CHECKER if goes_to_checker else SignStep.HEAD


def way_of(user: User, assessment: Assessment) -> Way:
    """What the person may do with the dossier inside its unit. Three queries."""
    permissions = held(user, assessment.unit)
    path, last = path_of(assessment.unit), last_receipt(assessment)
    number = last.number + 1 if last else 1
    log = sign_offs(assessment, number)
    signed = {row.step for row in standing(log)}
    missing = [step for step in required(path) if step not in signed]
    inside = State(assessment.state) in INSIDE
    may_submit = inside and _last(path) in permissions
    returns = _returns(assessment.state, permissions)
    return Way(
        path=path,
        number=number,
        log=log,
        missing=missing,
        passes="" if may_submit and not missing else _passes(path, assessment.state, permissions),
        returns=returns,
        steps=_steps(permissions),
        may_take_back=_is_away(assessment.state) and Permission.ASSESSMENT_SCORE in permissions and not returns,
        may_submit=may_submit,
    )


def _last(path: SigningPath) -> Permission:
    """What the person who hands the dossier in needs: the last signature of the path is his."""
    if path.head_signs:
        return Permission.ASSESSMENT_SUBMIT
    return Permission.ASSESSMENT_CHECK if path.checker_signs else Permission.ASSESSMENT_SCORE


def _is_away(state: str) -> bool:
    return State(state) in INSIDE - EDITABLE


def _steps(permissions: frozenset[Permission]) -> frozenset[str]:
    steps = {SignStep.WRITER: Permission.ASSESSMENT_SCORE, SignStep.CHECKER: Permission.ASSESSMENT_CHECK}
    return frozenset(str(step) for step, permission in steps.items() if permission in permissions)


def _passes(path: SigningPath, state: str, permissions: frozenset[Permission]) -> str:
    steps = _steps(permissions)
    if State(state) in EDITABLE and SignStep.WRITER in steps:
        # Where nobody signs as the writer the checker begins.
        begins = path.checker_signs and path.head_signs and not path.writer_signs and SignStep.CHECKER in steps
        writer = SignStep.WRITER if path.checker_signs or path.head_signs else ""
        return SignStep.CHECKER if begins else writer
    return SignStep.CHECKER if state == State.CHECKING and path.head_signs and SignStep.CHECKER in steps else ""


def _returns(state: str, permissions: frozenset[Permission]) -> str:
    if not _is_away(state) or Permission.ASSESSMENT_CHECK not in permissions:
        return ""
    return SignStep.HEAD if Permission.ASSESSMENT_SUBMIT in permissions else SignStep.CHECKER


def dossier_on_its_way(user: User, pk: int) -> tuple[Assessment, Rights, Way]:
    """The dossier to look at, with what the person may do with it inside its unit."""
    assessment, rights = sheet_door(user, pk)
    return assessment, rights, way_of(user, assessment)


def dossier_to_move(user: User, pk: int) -> tuple[Assessment, Rights, Way]:
    """The dossier for somebody of its own unit; whether the move is his is a matter of ``Way``."""
    assessment, rights, way = dossier_on_its_way(user, pk)
    if Permission.ASSESSMENT_SCORE not in held(user, assessment.unit):
        raise PermissionDenied
    return assessment, rights, way


def dossier_to_submit(user: User, pk: int) -> tuple[Assessment, Rights, Way]:
    """The dossier for those who hand it in by the unit's path, also after they have: the same again is one act."""
    assessment, rights, way = dossier_on_its_way(user, pk)
    if _last(way.path) not in held(user, assessment.unit):
        raise PermissionDenied
    return assessment, rights, way


def unit_to_sign_for(user: User, pk: int) -> Unit:
    """The unit whose path the person may set: its head; 403 for others of the unit, 404 for strangers."""
    unit = get_object_or_404(Unit.objects.select_related("parent__parent"), pk=pk)
    permissions = held(user, unit)
    if Permission.ASSESSMENT_VIEW not in permissions:
        raise Http404
    if Permission.ASSESSMENT_SUBMIT not in permissions:
        raise PermissionDenied
    return unit


def units_headed(user: User) -> list[Unit]:
    """The units whose path the person may set."""
    here, _below = units_where(user, Permission.ASSESSMENT_SUBMIT)
    return here
