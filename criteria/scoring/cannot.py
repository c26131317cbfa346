"""Why declared figures give no points. Every reason is an English msgid; whoever shows it to a person translates it."""

from criteria.scoring.rules import Case, gettext_noop

REASONS = {
    Case.DIVISION: gettext_noop("“%(figure)s” is 0 and is divided by; the rule does not say what then holds."),
    Case.NO_TASK: gettext_noop("There was no task in the year; the rule does not say what then holds."),
    Case.LONE: gettext_noop("No other unit of the group can be compared with; the rule does not say what then holds."),
    Case.ALL_EQUAL: gettext_noop(
        "All units of the group have the same “%(figure)s”; the rule does not say what then holds."
    ),
    Case.TIE: gettext_noop("Several units share the best “%(figure)s”; the rule does not say what then holds."),
    Case.NO_FORMS: gettext_noop("There is no valid form; the rule does not say what then holds."),
    Case.OUTSIDE: gettext_noop("No band of the rule holds this value of “%(figure)s”."),
    Case.OVERLAP: gettext_noop(
        "Two bands of the rule hold this value of “%(figure)s”, and they give different points."
    ),
}


class CannotScore(ValueError):
    """No points follow. ``reason`` is a msgid with the fields of ``fields``.

    ``member``: 0, or the position (from 1) in the group of the other unit whose figures are the trouble.
    """

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason % fields)
        self.reason, self.fields, self.member = reason, fields, 0


class MissingFigure(CannotScore):
    """A figure that the points depend on is not declared."""

    def __init__(self, name: str) -> None:
        super().__init__(gettext_noop("“%(figure)s” is not declared."), figure=name)
        self.name = name


class BadFigure(CannotScore):
    """A declared value cannot be what the figure counts."""

    def __init__(self, name: str, reason: str, **fields: str) -> None:
        super().__init__(reason, figure=name, **fields)
        self.name = name


class Undefined(CannotScore):
    """A case in which arithmetic gives no answer and the rule declares none. ``figure``: what the case is about."""

    def __init__(self, case: Case, figure: str = "") -> None:
        super().__init__(REASONS[case], figure=figure)
        self.case, self.figure = case, figure
