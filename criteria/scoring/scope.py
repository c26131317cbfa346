"""The names of a rule while it is evaluated: figures, definitions, the maximum, and the same of the other units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from criteria.scoring import formula
from criteria.scoring.cannot import CannotScore, MissingFigure, Undefined
from criteria.scoring.figures import FLAGS, Asked, Value, check
from criteria.scoring.rules import (
    MAXIMUM,
    RESULT,
    Case,
    Declared,
    Expression,
    Figure,
    Name,
    Operation,
    Reach,
    Rule,
    Taken,
    walk,
)


class Scope:
    """What every name of a rule is worth for one unit; looked up when asked for, so that a case declared ends sooner.

    ``everyone``: the scopes of all units of the group, the one that is scored first. ``compared`` gathers what was
    taken over the group, as ``name -> (own value, values of the others)``.
    """

    def __init__(self, asked: Asked, figures: Mapping[str, Value], maximum: Fraction) -> None:
        self.asked, self.figures, self.maximum, self.place = asked, figures, maximum, ""
        self.everyone: list[Scope] = [self]
        self.definitions: dict[str, Expression] = {}
        self.declared: dict[Case, Declared] = {}
        self.conditions: tuple[Declared, ...] = ()
        self.result = RESULT
        self.found: dict[str, Fraction] = {}
        self.compared: dict[Name, tuple[Fraction, list[Fraction]]] = {}

    def inside(self, rule: Rule, place: str) -> Scope:
        """This scope with what ``rule`` declares and defines, for all units of the group."""
        scopes = [each._own(rule, place) for each in self.everyone]
        for each in scopes:
            each.everyone = scopes
        return scopes[0]

    def _own(self, rule: Rule, place: str) -> Scope:
        scope = Scope(self.asked, self.figures, self.maximum)
        scope.place = place
        scope.definitions = self.definitions | {each.name: each.value for each in rule.definitions}
        scope.declared = self.declared | {each.case: each for each in rule.declared if not each.figure}
        scope.conditions = (*self.conditions, *(each for each in rule.declared if each.figure))
        scope.result = self.asked.name(RESULT, rule, place) if isinstance(rule, Taken) else self.result
        return scope

    def __getitem__(self, name: Name) -> Fraction:
        if name.reach is Reach.OWN:
            return self._one(name.name)
        own, others = self._one(name.name), [each for each in self.everyone if each is not self]
        values = [value for each in others if (value := self._of_other(each, name.name)) is not None]
        self.compared[name] = own, values
        return (max if name.reach is Reach.HIGHEST else min)([own, *values])

    def compute(self, expression: Expression) -> Fraction:
        """Exactly. Raises ``CannotScore``, for a division by zero with the divisor as it stands in the rule."""
        try:
            return formula.value(expression, self)
        except ZeroDivisionError:
            raise Undefined(Case.DIVISION, self._divisor(expression)) from None

    def condition(self) -> Declared | None:
        """The first declared case ``Khi … = 0`` that holds, in the order of the lines, outer rule first."""
        return next((each for each in self.conditions if self._is_zero(Name(each.figure))), None)

    def flagged(self) -> Case | None:
        """The case that the unit says holds. Without a flag it says nothing of the kind."""
        return next((case for case, flag in FLAGS.items() if flag.name in self.figures and self.number(flag)), None)

    def number(self, figure: Figure) -> Fraction:
        """The declared value of a figure. Raises ``MissingFigure`` or ``BadFigure``."""
        if figure.name not in self.figures:
            raise MissingFigure(figure.name)
        return check(figure, self.figures[figure.name])

    def _one(self, name: str) -> Fraction:
        if name not in self.found:
            self.found[name] = self._look_up(name)
        return self.found[name]

    def _look_up(self, name: str) -> Fraction:
        if name == MAXIMUM:
            return self.maximum
        if name in self.definitions:
            return self.compute(self.definitions[name])
        name = self.result if name == RESULT else name
        return self.number(self.asked.figures.get(name, Figure(name)))

    def _of_other(self, other: Scope, name: str) -> Fraction | None:
        """The other unit's value; None for a unit whose points a declared case settles: it has nothing to compare."""
        try:
            if flagged := other.flagged():
                raise Undefined(flagged)
            return None if other.condition() else other._one(name)
        except CannotScore as problem:
            if isinstance(problem, Undefined) and problem.case in other.declared:
                return None
            problem.member = self.everyone.index(other)
            raise

    def _divisor(self, expression: Expression) -> str:
        quotients = (each for each in walk(expression) if isinstance(each, Operation) and each.sign == "/")
        return next(formula.write_expression(each.right) for each in quotients if self._is_zero(each.right))

    def _is_zero(self, expression: Expression) -> bool:
        """Whether it is 0; what is divided by 0 is not."""
        try:
            return self.compute(expression) == 0
        except Undefined:
            return False
