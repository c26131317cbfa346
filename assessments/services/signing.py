"""Sign-off inside a unit, before a dossier is handed in: writer, checker, head, each optional."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Assessment, SigningPath, SignOff, SignOutcome, SignStep
from assessments.selectors.sheets import sheet
from assessments.selectors.signing import insiders, path_of, people_at, round_ahead, signatures_of
from assessments.services import gates
from assessments.states import EDITABLE, NotAllowed, State, after
from units import audit, notices
from units.models import Unit, User
from units.selectors import database_now


class Unsigned(Exception):
    """Signatures are missing; ``steps`` says whose."""

    def __init__(self, steps: Sequence[SignStep]) -> None:
        super().__init__(", ".join(steps))
        self.steps = steps


class SamePerson(Exception):
    """Whoever wrote the dossier does not check it as well."""


class NoteMissing(ValueError):
    """What goes back to the writer goes with a note that says why."""


class NobodySigns(ValueError):
    """A path that asks for no signature at all: somebody of the unit has to answer for the dossier."""


@transaction.atomic
def set_path(*, unit: Unit, writer_signs: bool, checker_signs: bool, head_signs: bool, by: User) -> SigningPath:
    """Say who signs the unit's dossiers off. The same again changes nothing. Raises ``NobodySigns``."""
    if not (writer_signs or checker_signs or head_signs):
        raise NobodySigns
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    path = path_of(unit)
    asked = {"writer_signs": writer_signs, "checker_signs": checker_signs, "head_signs": head_signs}
    if path.pk is not None and all(getattr(path, name) == value for name, value in asked.items()):
        return path
    for name, value in asked.items():
        setattr(path, name, value)
    path.set_by, path.set_at = by, database_now()
    path.save()
    audit.record(by, "signing.path_set", path, unit=unit, **asked)
    return path


@transaction.atomic
def pass_on(*, assessment: Assessment, step: str, note: str = "", by: User) -> SignOff:
    """Sign as writer or checker, and hand the dossier to the next person of the unit's path.

    Passing on what the same step has passed on is the same signature. Raises ``gates.Incomplete``, ``SamePerson``,
    ``NotAllowed``, ``PhaseClosed``.
    """
    assessment = gates.locked(assessment)
    number = round_ahead(assessment)
    signed = signatures_of(assessment, number)
    if repeated := _repeated(signed, step, by):
        return repeated
    path = path_of(assessment.unit)
    state = _after_pass(path, assessment, step)
    now = gates.assert_open(assessment)
    if step == SignStep.CHECKER and any(row.by_id == by.pk for row in signed if row.step == SignStep.WRITER):
        raise SamePerson
    gates.assert_complete(sheet(assessment))
    row = SignOff.objects.create(
        assessment=assessment,
        number=number,
        step=step,
        outcome=SignOutcome.PASSED,
        note=note.strip(),
        by=by,
        at=now,
    )
    _move(assessment, state)
    following = SignStep.CHECKER if state is State.CHECKING else SignStep.HEAD
    text = gettext("%(name)s signed the self-scoring dossier of %(unit)s and passed it on to you.")
    _tell(assessment, people_at(assessment.unit, following), by, text, note)
    audit.record(by, "assessment.passed_on", assessment, unit=assessment.unit, step=step, note=note.strip())
    return row


def _repeated(signed: Sequence[SignOff], step: str, by: User) -> SignOff | None:
    last = signed[-1] if signed else None
    return last if last and last.step == step and last.by_id == by.pk else None


def _after_pass(path: SigningPath, assessment: Assessment, step: str) -> State:
    """Where the dossier goes from a step. Raises ``NotAllowed`` where it is not the step's turn, or nobody follows."""
    is_writers = State(assessment.state) in EDITABLE
    if step == SignStep.WRITER and not is_writers:
        raise NotAllowed(f"writer signs in {assessment.state}")
    if step == SignStep.WRITER and path.checker_signs:
        return after(assessment.state, "check")
    if step == SignStep.CHECKER and (not path.checker_signs or (path.writer_signs and is_writers)):
        raise NotAllowed("the writer has not passed the dossier on")
    if not path.head_signs:
        raise NotAllowed("the last person of the path hands the dossier in")
    return after(assessment.state, "sign")


@transaction.atomic
def send_back(*, assessment: Assessment, step: str, note: str, by: User) -> SignOff:
    """The checker or the head gives the dossier back to the writer. Raises ``NoteMissing``, ``NotAllowed``."""
    if not note.strip():
        raise NoteMissing
    assessment = gates.locked(assessment)
    text = gettext("%(name)s returned the self-scoring dossier of %(unit)s to be mended before it is handed in.")
    return _back(assessment, step, SignOutcome.RETURNED, note.strip(), by, text)


@transaction.atomic
def take_back(*, assessment: Assessment, by: User) -> SignOff:
    """The writers take a dossier back that they had passed on. Raises ``NotAllowed`` where they have it."""
    assessment = gates.locked(assessment)
    text = gettext("%(name)s took the self-scoring dossier of %(unit)s back to go on with it.")
    return _back(assessment, SignStep.WRITER, SignOutcome.TAKEN_BACK, "", by, text)


def _back(assessment: Assessment, step: str, outcome: SignOutcome, note: str, by: User, text: str) -> SignOff:
    number = round_ahead(assessment)
    state = after(assessment.state, "take_back", returned=number > 1)
    row = SignOff.objects.create(
        assessment=assessment, number=number, step=step, outcome=outcome, note=note, by=by, at=database_now()
    )
    _move(assessment, state)
    _tell(assessment, insiders(assessment.unit), by, text, note)
    action = "assessment.sent_back" if outcome == SignOutcome.RETURNED else "assessment.taken_back"
    audit.record(by, action, assessment, unit=assessment.unit, step=step, note=note)
    return row


def void(assessment: Assessment, number: int, note: str, by: User) -> None:
    """From now on no signature given on the way to receipt ``number`` counts: what they stood for is no more.

    Part of the caller's transaction, which holds the dossier.
    """
    signed = signatures_of(assessment, number)
    if signed:
        SignOff.objects.create(
            assessment=assessment,
            number=number,
            step=signed[-1].step,
            outcome=SignOutcome.RETURNED,
            note=note,
            by=by,
            at=database_now(),
        )


def _move(assessment: Assessment, state: State) -> None:
    assessment.state = state
    assessment.save(update_fields=["state"])


def _tell(assessment: Assessment, people: Iterable[User], by: User, text: str, note: str) -> None:
    """Everybody concerned but the person who acted."""
    words = text % {"name": by.full_name or by.username, "unit": assessment.unit.name}
    said = f"{words} {note.strip()}".strip()
    link = reverse("assessments:check", args=[assessment.pk])
    notices.post([each for each in people if each.pk != by.pk], said, link)
