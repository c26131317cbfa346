"""What a score workbook carries along: the dossier as it was when the workbook was made, sealed against tampering."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.core import signing

from assessments import merging
from assessments.declaring import proposals
from assessments.delegating.parts import in_parts
from assessments.models import Assessment, Score
from assessments.selectors.sheets import Line
from criteria.scoring.numbers import fold
from criteria.scoring.rules import Figure

MARK = "#parindex"
"""What stands in the first cell of the hidden sheet."""
COLUMNS = (
    "code",
    "name",
    "maximum",
    "points",
    "not_applicable",
    "figures",
    "explanation",
    "reason",
    "rule",
    "last_self",
    "last_final",
    "last_remark",
    "documents",
    "key",
)
"""The columns by the names that stand, after a ``#``, in the hidden row above the head."""
SALT = "assessments.workbook"
PIECE = 30_000
"""A cell holds 32,767 characters."""


class Tampered(Exception):
    """The seal does not fit what it seals."""


@dataclass(frozen=True)
class Origin:
    """One leaf as it was written: where it stood, on which version, with which values.

    ``figures``: the names of its declared figures, in the order of their rows.
    """

    leaf: int
    code: str
    name: str
    row: int
    version: int
    base: dict[str, str]
    figures: tuple[str, ...] = ()

    def key(self, figure: int | None = None) -> str:
        """What the hidden column says in the leaf's row, or in the row of one of its figures (from 0)."""
        return f"{self.leaf}" if figure is None else f"{self.leaf}.{figure + 1}"


@dataclass(frozen=True)
class Snapshot:
    """Which dossier and which version of its set the workbook was made of, and every leaf in it."""

    assessment: int
    dossier: str
    criteria_set: int
    digest: str
    rows: tuple[Origin, ...] = field(default_factory=tuple)


def snapshot(assessment: Assessment, rows: Iterable[Origin]) -> Snapshot:
    criteria = assessment.criteria_set
    return Snapshot(assessment.pk, str(assessment), criteria.pk, criteria.digest, tuple(rows))


def sealed(made: Snapshot) -> list[str]:
    """The snapshot as signed text, in pieces that fit into cells."""
    text = signing.Signer(salt=SALT).sign_object(asdict(made), compress=True)
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def unsealed(pieces: Iterable[str]) -> Snapshot:
    """What ``sealed`` wrote. Raises ``Tampered``."""
    try:
        content = signing.Signer(salt=SALT).unsign_object("".join(pieces))
    except signing.BadSignature as error:
        raise Tampered(str(error)) from error
    rows = tuple(Origin(**{**row, "figures": tuple(row["figures"])}) for row in content["rows"])
    return Snapshot(**{**content, "rows": rows})


def values_of(score: Score | None, figures: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is stored of a leaf, as the merge compares it. ``figures``: the name and what is declared."""
    declared = {merging.FIGURE + name: merging.spelt(text) for name, text in figures}
    if score is None:
        return {merging.ANSWER: "", merging.EXPLANATION: "", merging.REASON: ""} | declared
    return {
        merging.ANSWER: merging.answer(score.points, score.not_applicable),
        merging.EXPLANATION: merging.spelt(score.explanation),
        merging.REASON: merging.spelt(score.reason),
    } | declared


def is_asked(line: Line) -> bool:
    """Whether the leaf is written in the workbook: one that the unit scores, as a whole and not by its parts."""
    criterion = line.criterion
    return criterion.is_leaf and line.is_scorable and not in_parts(criterion.facets, criterion.max_points)


@dataclass(frozen=True)
class Declared:
    """A figure of a leaf: what its rule calls it, how people read it, what is stored of it."""

    name: str
    label: str
    text: str


def declared(line: Line) -> tuple[Declared, ...]:
    """The figures that the workbook asks of a leaf; what the system knows itself is not asked."""
    if not is_asked(line):
        return ()
    stored = proposals.read(line.score.figures) if line.score else {}
    asked = [each for each in proposals.asked(line.criterion.rule) if fold(each.name) not in proposals.SYSTEM]
    return tuple(Declared(each.name, _label(each), stored.get(each.name, "")) for each in asked)


def _label(figure: Figure) -> str:
    words = figure.words or figure.name
    return f"{words} ({figure.unit})" if figure.unit else words
