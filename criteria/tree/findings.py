"""What the checker says of a set, and what it has to know that the set itself does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as of_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from criteria.scoring.numbers import number

ERROR, WARNING = "error", "warning"
LINEAGE = "lineage"
"""The ``field`` of what is mended on the page of the lineage, not in the set itself."""


@dataclass(frozen=True)
class Finding:
    """Something to mend (an error: the set is not issued before) or to look at (a warning).

    ``node``: the code of the node, "" for the set as a whole. ``field``: a field of ``Node`` or ``Outline``, "" for
    all of it, or ``LINEAGE``. ``message`` is a msgid with the fields of ``values``; where it has a field ``why``, that
    is ``cause``, a msgid with the fields of ``cause_values``.
    """

    check: str
    severity: str
    node: str
    field: str
    message: str
    values: Mapping[str, str] = of_dataclass(default_factory=dict)
    cause: str = ""
    cause_values: Mapping[str, str] = of_dataclass(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


@dataclass(frozen=True)
class Facts:
    """What is known outside the set. None: not known, and nothing is found for it.

    ``period``: first and last day that the cycle measures. ``traced``: codes of the leaves with a confirmed origin,
    where an earlier set exists; ``untold``: the earlier set's leaves of which nobody has confirmed what became of them.
    ``known``: keys (``bases.key``) of the documents in the library; ``repealed``: of those no longer in force, the
    number of what replaced them (or ""). ``has_group``: whether units of the set's kind are ranked in the cycle.
    ``unassigned``: codes of leaves that no appraiser has, where a council exists.
    """

    period: tuple[date, date] | None = None
    traced: frozenset[str] | None = None
    untold: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    repealed: Mapping[str, str] = of_dataclass(default_factory=dict)
    has_group: bool | None = None
    unassigned: frozenset[str] | None = None


def error(check: str, node: str, where: str, message: str, **values: str) -> Finding:
    return Finding(check, ERROR, node, where, message, values)


def warning(check: str, node: str, where: str, message: str, **values: str) -> Finding:
    return Finding(check, WARNING, node, where, message, values)


def points(value: Decimal | Fraction) -> str:
    """As officials write them: 0,25."""
    return number(Fraction(value))
