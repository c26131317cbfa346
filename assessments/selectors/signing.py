"""Who signs a dossier off inside its unit, and who has in this round."""

from collections.abc import Sequence

from assessments.models import Assessment, SigningPath, SignOff, SignOutcome, SignStep
from assessments.selectors.exemptions import people_of
from assessments.selectors.locks import last_receipt
from units.models import Role, Unit, User

INSIDERS = (Role.OFFICER, Role.CHECKER, Role.HEAD)


def path_of(unit: Unit) -> SigningPath:
    """The unit's path; one that has not been set (and is not saved): the head alone."""
    return SigningPath.objects.filter(unit=unit).first() or SigningPath(unit=unit)


def round_ahead(assessment: Assessment) -> int:
    """The number of the receipt that the dossier is on its way to."""
    last = last_receipt(assessment)
    return last.number + 1 if last else 1


def sign_offs(assessment: Assessment, number: int | None = None) -> list[SignOff]:
    """Everything that was signed, returned and taken back, oldest first; of one round, or of all."""
    rows = SignOff.objects.filter(assessment=assessment).select_related("by").order_by("at", "pk")
    return list(rows if number is None else rows.filter(number=number))


def standing(rows: Sequence[SignOff]) -> list[SignOff]:
    """The signatures that count: those since the dossier was last returned to the writer or taken back."""
    kept: list[SignOff] = []
    for row in rows:
        kept = [*kept, row] if row.outcome == SignOutcome.PASSED else []
    return kept


def signatures_of(assessment: Assessment, number: int) -> list[SignOff]:
    return standing(sign_offs(assessment, number))


def required(path: SigningPath) -> list[SignStep]:
    """Whose signatures have to be there before the last person hands the dossier in, which stands for a signature."""
    steps = [SignStep.WRITER] if path.writer_signs else []
    steps += [SignStep.CHECKER] if path.checker_signs else []
    return steps if path.head_signs else steps[:-1]


def missing_steps(assessment: Assessment, number: int) -> list[SignStep]:
    """The signatures that are still to come in the round."""
    signed = {row.step for row in signatures_of(assessment, number)}
    return [step for step in required(path_of(assessment.unit)) if step not in signed]


def people_at(unit: Unit, step: str) -> list[User]:
    """Who may act at a step today: heads check as well where nobody else is there to."""
    roles = {SignStep.WRITER: INSIDERS, SignStep.CHECKER: (Role.CHECKER,), SignStep.HEAD: (Role.HEAD,)}
    found = list(people_of([unit.pk], *roles[SignStep(step)]))
    return found or list(people_of([unit.pk], Role.HEAD))


def insiders(unit: Unit) -> list[User]:
    """The officers, checkers and heads of the unit today."""
    return list(people_of([unit.pk], *INSIDERS))
