"""Documents on their way in: whole, or in pieces over a bad line, until they are a document or a refusal."""

import hashlib
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from assessments.models import Assessment, Evidence, Intake, IntakeState
from assessments.services import citing, examining, gates, keeping
from assessments.services.filetypes import EXTENSIONS, Refusal, RefusedFile, extension, named
from assessments.services.keeping import Arrived
from criteria.models import Criterion
from units import audit
from units.models import Unit, User
from units.selectors import database_now

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

FOLDER = "intake"
MOST_PIECE = 1024 * 1024
READ = 256 * 1024
Then = Callable[[Evidence], object]


class WrongOffset(Exception):
    """The piece does not begin where the last one ended: the next has to begin at ``received``."""

    def __init__(self, received: int) -> None:
        super().__init__(f"the next piece begins at {received}")
        self.received = received


class BadPiece(Exception):
    """The piece was changed on its way, is empty, too large, or goes beyond the end of the file."""


class KeyTaken(Exception):
    """Another file, leaf or person already goes by the key."""


# --- whole ------------------------------------------------------------------------------------------------------------


def receive(
    *,
    unit: Unit,
    file: "UploadedFile[bytes]",
    by: User,
    assessment: Assessment | None = None,
    criterion: Criterion | None = None,
    place: str = "",
    then: Then | None = None,
) -> Intake:
    """Take a whole file in as a document of the unit, and cite it for the leaf of a dossier if one is named.

    ``then`` is done with the document in the transaction that stores it, which begins once the file was examined; what
    it raises undoes both.

    The document is ``.evidence`` of what is returned. Raises ``RefusedFile`` with the reason (kept, so that it is
    shown until somebody took note), ``BadScore``, ``Amended``, ``NotAllowed`` or ``PhaseClosed``.
    """
    name = named(file.name or "")
    intake = Intake(unit=unit, assessment=assessment, criterion=criterion, name=name, size=file.size or 0, by=by)
    intake.key = intake.path = uuid4().hex
    try:
        _assert_acceptable(intake.size)
        with examining.on_disk(file.chunks(READ)) as stored:
            return _settle(intake, _examined(stored, intake), place, then)
    except RefusedFile as refused:
        _refuse(intake, refused.refusal)
        raise


def document(*, unit: Unit, file: "UploadedFile[bytes]", by: User, then: Then | None = None) -> Evidence:
    """Take a whole file in as a document of the unit that no leaf cites. Raises ``RefusedFile``, and what ``then``
    raises: see ``receive``."""
    evidence = receive(unit=unit, file=file, by=by, then=then).evidence
    assert evidence is not None, "an upload that was not refused is a document"
    return evidence


def _assert_acceptable(size: int) -> None:
    """What can be told before a byte is read."""
    if not size:
        raise RefusedFile(Refusal.EMPTY)
    if size > settings.EVIDENCE_MAX_BYTES:
        raise RefusedFile(Refusal.TOO_LARGE)


def _examined(file: IO[bytes], intake: Intake) -> Arrived:
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    if intake.sha256 and intake.sha256 != digest:
        raise RefusedFile(Refusal.ALTERED)
    file.seek(0)
    return Arrived(file, intake.name, intake.size, digest, examining.inspect(file, intake.name))


@transaction.atomic
def _settle(intake: Intake, arrived: Arrived, place: str = "", then: Then | None = None) -> Intake:
    """The upload becomes a document, cited where it was meant for, all at once. A second time changes nothing."""
    if intake.assessment:
        # The dossier before the upload, as an amendment does that moves both: else each would wait for the other.
        gates.locked(intake.assessment)
    if intake.pk:
        intake = _locked(intake)
    if intake.state != IntakeState.RECEIVING:
        return intake
    assessment, criterion = intake.assessment, intake.criterion
    if assessment and criterion:
        assessment, criterion = citing.assert_citable(assessment, criterion)
        intake.criterion = criterion
    unit = keeping.locked(intake.unit)
    intake.evidence = keeping.kept(unit, arrived, intake.by, intake if intake.pk else None)
    if assessment and criterion:
        citing.cite(assessment=assessment, criterion=criterion, evidence=intake.evidence, place=place, by=intake.by)
    else:
        said = {"name": arrived.name, "sha256": arrived.sha256, "size": arrived.size}
        audit.record(intake.by, "evidence.received", intake.evidence, unit=unit, **said)
    if then:
        then(intake.evidence)
    intake.sha256 = arrived.sha256
    return _close(intake, IntakeState.DONE)


@transaction.atomic
def _refuse(intake: Intake, refusal: Refusal) -> Intake:
    if intake.pk:
        intake = _locked(intake)
    if intake.state != IntakeState.RECEIVING:
        return intake
    intake.refusal = refusal
    said = {"name": intake.name, "size": intake.size, "refusal": refusal}
    audit.record(intake.by, "evidence.refused", intake.assessment or intake.unit, unit=intake.unit, **said)
    return _close(intake, IntakeState.REFUSED)


def _close(intake: Intake, state: IntakeState) -> Intake:
    """The upload is over; its pieces go once that is written. A document is its own receipt, a refusal waits."""
    now, came_in_pieces = database_now(), intake.pk is not None
    intake.state, intake.touched_at = state, now
    intake.began_at = intake.began_at or now
    intake.handled_at = now if state == IntakeState.DONE else None
    intake.received = intake.size if state == IntakeState.DONE else intake.received
    intake.save()
    if came_in_pieces:
        transaction.on_commit(lambda: drop_pieces(intake.path))
    return intake


# --- in pieces --------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *, assessment: Assessment, criterion: Criterion, key: str, name: str, size: int, sha256: str = "", by: User
) -> Intake:
    """The upload that the browser calls ``key``: the one that it began before, on whatever day, or a new one.

    A file that cannot be taken is refused here, before its bytes travel. Raises ``KeyTaken``, ``BadScore``,
    ``Amended``, ``NotAllowed`` or ``PhaseClosed``.
    """
    mine = Intake(unit=assessment.unit, assessment=assessment, criterion=criterion, key=key, size=size, by=by)
    mine.name, mine.sha256, mine.path = named(name), sha256, uuid4().hex
    if standing := _standing(mine):
        return standing
    assessment, mine.criterion = citing.assert_citable(assessment, criterion)
    unit = keeping.locked(assessment.unit)
    return _standing(mine) or _begun(mine, unit)


@transaction.atomic
def begin_for_unit(*, unit: Unit, key: str, name: str, size: int, sha256: str = "", by: User) -> Intake:
    """As ``begin``, for a document that no leaf cites yet: brought on any day of the year. Raises ``KeyTaken``."""
    mine = Intake(unit=keeping.locked(unit), key=key, size=size, by=by)
    mine.name, mine.sha256, mine.path = named(name), sha256, uuid4().hex
    return _standing(mine) or _begun(mine, mine.unit)


def _standing(mine: Intake) -> Intake | None:
    """The upload that goes by the key already. Raises ``KeyTaken`` where it is not the same."""
    standing = Intake.objects.filter(unit=mine.unit, key=mine.key).first()
    if standing is None and mine.sha256:
        # The same person begins the same file anew, from another page or on another day.
        same = {"by": mine.by, "criterion": mine.criterion, "sha256": mine.sha256, "size": mine.size, "name": mine.name}
        meant = {"unit": mine.unit, "assessment": mine.assessment, "state": IntakeState.RECEIVING}
        rows = Intake.objects.filter(**meant, **same)
        standing = rows.first()
    elif standing:
        said = [(row.name, row.size, row.by_id, row.assessment_id) for row in (standing, mine)]
        if said[0] != said[1]:
            raise KeyTaken(mine.key)
    return standing


def _begun(intake: Intake, unit: Unit) -> Intake:
    intake.began_at = intake.touched_at = database_now()
    try:
        _assert_acceptable(intake.size)
        if extension(intake.name) not in EXTENSIONS:
            raise RefusedFile(Refusal.UNKNOWN_TYPE)
        keeping.assert_room(unit, intake.size)
    except RefusedFile as refused:
        return _refuse(intake, refused.refusal)
    intake.save()
    return intake


@transaction.atomic
def put(*, intake: Intake, offset: int, sha256: str, content: bytes, by: User) -> Intake:
    """Store the piece that begins at ``offset``. The same piece once more changes nothing.

    Raises ``BadPiece``, or ``WrongOffset`` with where the next one has to begin.
    """
    if not 0 < len(content) <= MOST_PIECE or hashlib.sha256(content).hexdigest() != sha256:
        raise BadPiece(intake.key)
    intake = _locked(intake)
    if intake.state != IntakeState.RECEIVING:
        return intake
    name = f"{FOLDER}/{intake.path}/{offset:012}-{sha256}"
    if offset < intake.received and default_storage.exists(name):
        return intake
    if offset != intake.received:
        raise WrongOffset(intake.received)
    if offset + len(content) > intake.size:
        raise BadPiece(intake.key)
    # A piece whose row was not written, because the server stopped in between, lies there already.
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
    intake.received, intake.touched_at = offset + len(content), database_now()
    intake.save(update_fields=["received", "touched_at"])
    return intake


def finish(*, intake: Intake, by: User) -> Intake:
    """All pieces are there: what they make is examined and becomes a document, or a refusal with its reason.

    Asked again, the outcome is the same. Raises ``WrongOffset`` while pieces are missing, and what ``begin`` raises.
    """
    intake = Intake.objects.select_related("unit", "assessment", "criterion", "by").get(pk=intake.pk)
    if intake.state != IntakeState.RECEIVING:
        return intake
    if intake.received < intake.size:
        raise WrongOffset(intake.received)
    try:
        with examining.on_disk(_pieces(intake)) as file:
            return _settle(intake, _examined(file, intake))
    except RefusedFile as refused:
        return _refuse(intake, refused.refusal)


def give_up(*, intake: Intake, refusal: Refusal) -> Intake:
    """Nobody goes on with the upload; its pieces are removed. One that is over stays as it is."""
    return _refuse(intake, refusal)


@transaction.atomic
def take_note(*, intake: Intake, by: User) -> Intake:
    """The person has seen what became of the upload; one that is still on its way is given up."""
    intake = _locked(intake)
    if intake.state == IntakeState.RECEIVING:
        intake = _refuse(intake, Refusal.ABANDONED)
    if intake.handled_at is None:
        intake.handled_at = database_now()
        intake.save(update_fields=["handled_at"])
    return intake


def _locked(intake: Intake) -> Intake:
    rows = Intake.objects.select_related("unit", "assessment", "criterion", "by").select_for_update(of=("self",))
    return rows.get(pk=intake.pk)


def _pieces(intake: Intake) -> Iterator[bytes]:
    """The bytes in their order. Raises ``RefusedFile`` where the store has lost one."""
    folder, at = f"{FOLDER}/{intake.path}", 0
    for name in sorted(_listed(folder)):
        if int(name.partition("-")[0]) != at:
            continue
        with default_storage.open(f"{folder}/{name}") as piece:
            content = piece.read()
        at += len(content)
        yield content
    if at != intake.size:
        raise RefusedFile(Refusal.ALTERED)


def _listed(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except OSError:
        return []


def drop_pieces(path: str) -> None:
    """Remove what came in pieces."""
    folder = f"{FOLDER}/{path}"
    for name in _listed(folder):
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
