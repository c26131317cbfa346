"""What each process does. Django is set up before this is read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from assessments.models import Assessment, AssessmentState, Score
from assessments.selectors.room import taken
from assessments.services import intake, keeping, scores, submission
from assessments.services.filetypes import RefusedFile
from criteria.models import Criterion
from tests.architecture.typed import page
from tests.concurrency.crew import HANDS, Hand, without
from units.models import Unit, User

LEAST_COPIES, MOST_COPIES = 2, 10


def save_scores(hand: Hand, *, dossier: int, leaf: int, by: int, rounds: int, guarded: bool = True) -> list[Any]:
    """In each round two to five writers look at the leaf, and then all of them save at once.

    What was acknowledged: (version seen, version made, mark). The mark is the explanation, the same never twice.
    """
    assessment, criterion = Assessment.objects.get(pk=dossier), Criterion.objects.get(pk=leaf)
    person, acknowledged = User.objects.get(pk=by), []
    with without(scores, "assert_current", lambda score, version: None, really=not guarded):
        for turn in range(rounds):
            chance = hand.chance(turn)
            writes = hand.number in chance.sample(range(HANDS), chance.randint(2, HANDS))
            seen = Score.objects.filter(assessment=assessment, criterion=criterion).first()
            version = seen.version if seen else 0
            hand.together()
            if writes:
                mark = f"{turn}-{hand.number}"
                points = Decimal((turn * HANDS + hand.number) % 40000) / 10000
                try:
                    made = scores.save_score(
                        assessment=assessment,
                        criterion=criterion,
                        points=points,
                        not_applicable=False,
                        explanation=mark,
                        version=version,
                        by=person,
                    )
                    acknowledged.append((version, made.version, mark))
                except scores.StaleScore:
                    # Told, with what is stored: on the page both values stand side by side.
                    pass
            hand.together()
    return acknowledged


def submit_copies(hand: Hand, *, dossier: int, by: int, rounds: int, guarded: bool = True) -> list[Any]:
    """In each round one handing-in is sent two to ten times at once. What each copy got: (round, receipt's key)."""
    person, told = User.objects.get(pk=by), []

    def copy(turn: int) -> tuple[int, int]:
        assessment = Assessment.objects.get(pk=dossier)
        return turn, submission.submit(assessment=assessment, by=person, number=turn + 1 if guarded else None).pk

    with ExitStack() as stack, _Threads(2) as threads:
        _unguard_submitting(stack, really=not guarded)
        for turn in range(rounds):
            if hand.number == 0:
                draft = {"state": AssessmentState.DRAFT, "submitted_at": None, "submitted_by": None}
                Assessment.objects.filter(pk=dossier).update(**draft)
            hand.together()
            copies = hand.chance(turn).randint(LEAST_COPIES, MOST_COPIES)
            mine = len([each for each in range(copies) if each % HANDS == hand.number])
            told += threads.run([partial(copy, turn)] * mine)
            hand.together()
    return told


def _unguard_submitting(stack: ExitStack, *, really: bool) -> None:
    """Nobody asks whether the receipt has been made, nor whether the state still allows it."""
    instead: dict[str, Callable[..., Any]] = {
        "_made": lambda assessment, last, number: None,
        "_next": lambda last, number: last.number + 1 if last else 1,
        "after": lambda state, act: AssessmentState.SUBMITTED,
    }
    for name, act in instead.items():
        stack.enter_context(without(submission, name, act, really=really))


def upload(hand: Hand, *, unit: int, by: int, copies: int, turn: int, guarded: bool = True) -> list[str]:
    """Different files, all at once, into a unit that has room for one more. What became of each."""
    home, person = Unit.objects.get(pk=unit), User.objects.get(pk=by)
    settings.EVIDENCE_UNIT_FILES = taken(home)[0] + 1
    mine = [each for each in range(copies) if each % HANDS == hand.number]
    asked, looked = keeping.assert_room, Barrier(len(mine))

    def send(each: int) -> str:
        content = page(f"{turn}-{each}")
        try:
            if not guarded:
                # Looked at first, as a page would, and written later. Another process may have written before the look.
                try:
                    asked(home, len(content))
                finally:
                    looked.wait()
            intake.document(unit=home, file=SimpleUploadedFile(f"{each}.pdf", content, "application/pdf"), by=person)
        except RefusedFile as refused:
            return str(refused.refusal)
        return "taken"

    hand.together()
    with (
        without(keeping, "assert_room", lambda *given: None, really=not guarded),
        _Threads(len(mine)) as threads,
    ):
        told = threads.run([partial(send, each) for each in mine])
    hand.together()
    return told


class _Threads:
    """Threads that keep their connection from round to round."""

    def __init__(self, count: int) -> None:
        self.count, self.pool = count, ThreadPoolExecutor(count)

    def __enter__(self) -> "_Threads":
        return self

    def run(self, acts: list[Callable[[], Any]]) -> list[Any]:
        return [each.result() for each in [self.pool.submit(act) for act in acts]]

    def __exit__(self, *error: object) -> None:
        met = Barrier(self.count)

        def close() -> None:
            met.wait()
            connections.close_all()

        self.run([close] * self.count)
        self.pool.shutdown()
