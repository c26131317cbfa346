"""A workbook that came back, beside the dossier as it is now: every row with its verdict, every conflict to choose.

What would be written passes the same form as what is typed on the sheet, so that one rule holds for both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from assessments import merging
from assessments.declaring import proposals
from assessments.declaring.typed import Misread, read_points
from assessments.forms.scores import ScoreForm
from assessments.merging import Field, Finding, Outcome, Returned, Row, Said, Trouble
from assessments.selectors import workbooks
from assessments.selectors.sheets import Line, Sheet
from criteria.models import Criterion
from criteria.templatetags.points import field_points
from units.naming import folded

YES, NO = frozenset({"x", "co", "1", "yes", "true"}), frozenset({"", "khong", "0", "no", "false"})
NOBODY = Said("", "")


class Verdict(StrEnum):
    """What becomes of one row."""

    REFUSED = "refused"
    CONFLICT = "conflict"
    TAKEN = "taken"
    KEPT = "kept"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Change:
    """One self-score to be written: what ``scores.save_score`` takes besides the dossier and the person."""

    criterion: Criterion
    values: dict[str, Any]


@dataclass
class Judged:
    """One row. ``key`` names it in the form; ``version`` is what was stored when the row was judged."""

    row: Row
    line: Line | None
    fields: tuple[Field, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)
    change: Change | None = None

    @property
    def key(self) -> str:
        return str(self.row.leaf)

    @property
    def version(self) -> int:
        return self.line.version if self.line else 0

    @property
    def conflicts(self) -> list[Field]:
        return [each for each in self.fields if each.outcome is Outcome.CONFLICT]

    @property
    def shown(self) -> list["Shown"]:
        """The fields in which the workbook and the dossier went apart."""
        return [_shown(self.key, each) for each in self.fields if each.outcome is not Outcome.UNCHANGED]

    @property
    def verdict(self) -> Verdict:
        if any(each.kind not in merging.HARMLESS for each in self.findings):
            return Verdict.REFUSED
        outcomes = {each.outcome for each in self.fields}
        order = ((Outcome.CONFLICT, Verdict.CONFLICT), (Outcome.TAKEN, Verdict.TAKEN), (Outcome.KEPT, Verdict.KEPT))
        return next((verdict for outcome, verdict in order if outcome in outcomes), Verdict.UNCHANGED)


@dataclass(frozen=True)
class Shown:
    """One field as people read it. ``key``: its choice in the form."""

    key: str
    label: str
    base: str
    theirs: str
    mine: str
    outcome: Outcome


def _shown(leaf: str, each: Field) -> Shown:
    labels = {merging.ANSWER: _("Self-score"), merging.EXPLANATION: _("Explanation"), merging.REASON: _("Reason")}
    label = labels.get(each.name, each.name.removeprefix(merging.FIGURE))
    base, theirs, mine = (_words(each.name, text) for text in (each.base, each.theirs, each.mine))
    return Shown(choice_key(leaf, each.name), label, base, theirs, mine, each.outcome)


def _words(name: str, text: str) -> str:
    if name != merging.ANSWER:
        return text
    return _("not applicable") if text == merging.NONE_OF_IT else text.replace(".", ",")


def choice_key(leaf: str, name: str) -> str:
    """What the choice of a conflict is called in the form."""
    return f"choice-{leaf}-{name}"


@dataclass
class Preview:
    """The whole workbook judged. The rows in are those taken, kept, unchanged, in conflict and refused together."""

    rows: list[Judged]
    findings: list[Finding]

    def of(self, verdict: Verdict) -> list[Judged]:
        return [each for each in self.rows if each.verdict is verdict]

    @property
    def counts(self) -> list[tuple[Verdict, int]]:
        return [(verdict, len(self.of(verdict))) for verdict in Verdict]

    @property
    def changes(self) -> list[Change]:
        return [each.change for each in self.rows if each.change]

    @property
    def seen(self) -> str:
        """The versions of everything that may be written, as one text: what the person looks at."""
        rows = (each for each in self.rows if each.changed or each.conflicts)
        return " ".join(f"{each.key}:{each.version}" for each in rows)

    def moved_since(self, seen: str) -> list[Judged]:
        """Rows that are stored otherwise than when the page was shown."""
        before = dict(part.split(":", 1) for part in seen.split() if ":" in part)
        rows = (each for each in self.rows if each.change)
        return [each for each in rows if before.get(each.key) != str(each.version)]


def judge(
    returned: Returned,
    sheet: Sheet,
    choices: Mapping[str, str],
    refused: Callable[[Criterion], str],
) -> Preview:
    """Every row of the workbook beside what is stored now.

    ``choices``: theirs or mine by ``choice_key``. ``refused``: why the person may not write a leaf now, in words.
    """
    return Preview([_judged(row, sheet.find(row.leaf), choices, refused) for row in returned.rows], returned.findings)


def _judged(row: Row, line: Line | None, choices: Mapping[str, str], refused: Callable[[Criterion], str]) -> Judged:
    judged = Judged(row, line, findings=list(row.findings))
    if line is None or not workbooks.is_asked(line):
        judged.findings.append(
            Finding(Trouble.FOREIGN, row.cell, _("The unit does not score this criterion any more."))
        )
        return judged
    if row.is_refused:
        return judged
    theirs, wrong = _theirs(row)
    judged.findings += wrong
    figures = ((each.name, each.text) for each in workbooks.declared(line))
    judged.fields = merging.merge(row.base, theirs, workbooks.values_of(line.score, figures))
    chosen = {each.name: choices.get(choice_key(judged.key, each.name), "") for each in judged.fields}
    changed = {} if wrong else merging.settled(judged.fields, chosen)
    if changed and (words := refused(line.criterion)):
        judged.findings.append(Finding(Trouble.FOREIGN, row.cell, words))
    elif changed:
        _prepare(judged, line, changed)
    return judged


def _theirs(row: Row) -> tuple[dict[str, str], list[Finding]]:
    """What the row says by field, and what of it cannot be meant."""
    said = {name: each.text for name, each in row.said.items()}
    answer, wrong = _answer(row.said.get(merging.POINTS, NOBODY), row.said.get(merging.NOT_APPLICABLE, NOBODY))
    others = {name: text for name, text in said.items() if name not in (merging.POINTS, merging.NOT_APPLICABLE)}
    return {merging.ANSWER: answer, **others}, wrong


def _answer(points: Said, mark: Said) -> tuple[str, list[Finding]]:
    wrong = []
    if folded(mark.text) not in YES | NO:
        wrong.append(Finding(Trouble.UNREADABLE, mark.cell, _("Write x, or leave the cell empty.")))
    applies = folded(mark.text) not in YES
    try:
        value = read_points(points.text)
    except Misread as bad:
        return "", [*wrong, Finding(Trouble.UNREADABLE, points.cell, _(bad.reason) % bad.fields)]
    if value is not None and not applies:
        words = _("Points and “not applicable” exclude each other. Empty one of the two cells.")
        wrong.append(Finding(Trouble.UNREADABLE, points.cell, words))
    return merging.answer(value, not applies), wrong


def _prepare(judged: Judged, line: Line, changed: dict[str, str]) -> None:
    """Let the sheet's own form look at what would be written."""
    form = ScoreForm(_data(line, changed), criterion=line.criterion, stored=line.score)
    if form.is_valid():
        judged.changed, judged.change = changed, Change(line.criterion, form.cleaned_data)
    else:
        judged.findings += _errors(form, judged.row, line)


def _data(line: Line, changed: Mapping[str, str]) -> dict[str, str]:
    """The form as a person would send it: what is stored, with what changes over it."""
    score = line.score
    data = {
        "points": field_points(score.points) if score else "",
        "explanation": score.explanation if score else "",
        "reason": score.reason if score else "",
        "version": str(line.version),
        **{key: text for key, _name, text in _figures(line)},
        **{
            key: changed[merging.FIGURE + name]
            for key, name, _text in _figures(line)
            if merging.FIGURE + name in changed
        },
        **{name: changed[name] for name in (merging.EXPLANATION, merging.REASON) if name in changed},
    }
    answer = changed.get(merging.ANSWER)
    is_outside = answer == merging.NONE_OF_IT if answer is not None else bool(score and score.not_applicable)
    if answer is not None:
        data["points"] = "" if is_outside else answer.replace(".", ",")
    return data | ({"not_applicable": "on"} if is_outside else {})


def _figures(line: Line) -> Iterable[tuple[str, str, str]]:
    """The leaf's figures as the form calls them: key, name and stored text."""
    stored = proposals.read(line.score.figures) if line.score else {}
    for at, figure in enumerate(proposals.asked(line.criterion.rule), start=1):
        yield f"figure-{at}", figure.name, stored.get(figure.name, "")


def _errors(form: ScoreForm, row: Row, line: Line) -> Iterator[Finding]:
    """What the form refuses, each at the cell that it comes from."""
    names = {key: merging.FIGURE + name for key, name, _text in _figures(line)}
    for key, errors in form.errors.items():
        cell = row.said.get(names.get(key, key), NOBODY).cell or row.cell
        for error in errors:
            yield Finding(Trouble.UNREADABLE, cell, str(error))
