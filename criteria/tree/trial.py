"""A rule while it is being written: can it be read, what does it give for typed figures, what do its examples show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from criteria.scoring import examples, notation
from criteria.scoring.cannot import CannotScore
from criteria.scoring.evaluation import Result, evaluate, needed
from criteria.scoring.examples import BadExample, Example, Ran, parse_examples
from criteria.scoring.rules import BadRule, Figure, Kind, Manual, Rule

Words = Mapping[str, str]


@dataclass(frozen=True)
class Trouble:
    """``reason`` is a msgid with the fields of ``words``; ``line`` counts from 1, 0 for none."""

    reason: str
    words: Words = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Trial:
    """What is known of a rule's text. Without a rule (nothing typed, or ``trouble``) the rest is empty."""

    text: str
    rule: Rule | None = None
    kind: Kind | None = None
    written: str = ""
    trouble: Trouble | None = None
    figures: tuple[Figure, ...] = ()
    bounds: tuple[Fraction, Fraction] | None = None
    ran: tuple[Ran, ...] = ()
    missing: tuple[str, ...] = ()
    bad_example: Trouble | None = None
    result: Result | None = None
    bad_figure: Trouble | None = None


@dataclass(frozen=True)
class Leaf:
    """What a rule needs of its leaf. An unknown maximum is taken as 1, so that the rule can be tried all the same."""

    maximum: Decimal | None
    minimum: Decimal = Decimal(0)

    @property
    def most(self) -> Decimal:
        return Decimal(1) if self.maximum is None else self.maximum


def look(text: str, leaf: Leaf, worked: str = "", figures: Words | None = None, group: str = "") -> Trial:
    """Read the rule, run its examples, and evaluate it for ``figures`` (as typed, by name) where any are given.

    ``group``: the other units' figures for rules that compare, as in an example: "tỷ lệ = 90% | tỷ lệ = 60%".
    """
    if not text.strip():
        return Trial(text)
    try:
        rule = notation.parse(text)
    except BadRule as bad:
        return Trial(text, trouble=Trouble(bad.reason, bad.fields, bad.line))
    ran, missing, bad_example = _examples(rule, leaf, worked)
    result, bad_figure = _tried(rule, leaf, figures or {}, group)
    return Trial(
        text,
        rule=rule,
        kind=notation.kind(rule),
        written=notation.write(rule),
        figures=needed(rule),
        bounds=examples.bounds(rule, maximum=leaf.most, minimum=leaf.minimum),
        ran=ran,
        missing=missing,
        bad_example=bad_example,
        result=result,
        bad_figure=bad_figure,
    )


def _examples(rule: Rule, leaf: Leaf, worked: str) -> tuple[tuple[Ran, ...], tuple[str, ...], Trouble | None]:
    try:
        ran = examples.run(rule, worked, maximum=leaf.most, minimum=leaf.minimum)
    except BadExample as bad:
        return (), (), Trouble(bad.reason, bad.fields, bad.line)
    return ran, examples.covers(rule, ran, maximum=leaf.most, minimum=leaf.minimum), None


def _tried(rule: Rule, leaf: Leaf, figures: Words, group: str) -> tuple[Result | None, Trouble | None]:
    typed = "; ".join(f"{name} = {value}" for name, value in figures.items() if value.strip())
    if not typed:
        return None, None
    others = f" | {group}" if group.strip() else ""
    try:
        example: Example = parse_examples(f"{typed}{others} → 0", rule)[0]
        found = evaluate(rule, example.figures, maximum=leaf.most, minimum=leaf.minimum, group=example.group)
    except BadExample as bad:
        return None, Trouble(bad.reason, bad.fields)
    except CannotScore as bad:
        return None, Trouble(bad.reason, bad.fields)
    return found, None


def proposed(text: str, leaf: Leaf) -> str:
    """Worked examples that the rule itself computes; empty where it cannot be read or a person gives the points."""
    trial = look(text, leaf)
    if trial.rule is None or isinstance(trial.rule, Manual):
        return ""
    return examples.propose(trial.rule, maximum=leaf.most, minimum=leaf.minimum)


def compares(trial: Trial) -> bool:
    """Whether the rule looks at the other units of the group."""
    return trial.kind == Kind.RELATIVE or " nhất" in trial.written.casefold()
