"""Lines ``Khảo sát: …``: points out of the answers on forms."""

import re
from collections.abc import Sequence
from fractions import Fraction

from criteria.scoring.formula import is_name
from criteria.scoring.lines import Line
from criteria.scoring.numbers import fold, read_number
from criteria.scoring.rules import SurveyShare, SurveyWeights, gettext_noop

SHARE = re.compile(r"tỷ lệ trả lời mức ([0-9, và]+) (?:trên|/) ?(?:thang )?([0-9]{1,2}) mức")
WEIGHT = re.compile(r"([^=]+)= ?([0-9][0-9.,]* ?%)")
PARTING = re.compile(r", |,(?=[^0-9])")
LARGEST_SCALE = 10


def is_survey(line: Line) -> bool:
    return line.key.startswith("khảo sát:")


def read_survey(lines: Sequence[Line]) -> SurveyShare | SurveyWeights:
    """The share of the better answers, or the mean of weighted answers."""
    line = lines[0]
    if len(lines) > 1:
        raise lines[1].bad(gettext_noop("This line does not belong beside “Khảo sát: …”."))
    body = line.key.removeprefix("khảo sát:").strip()
    found = SHARE.fullmatch(body)
    return _share(line, found[1], int(found[2])) if found else _weights(line, body)


def _share(line: Line, text: str, scale: int) -> SurveyShare:
    levels = sorted({int(digits[:3]) for digits in re.findall(r"[0-9]+", text)})
    if not 2 <= scale <= LARGEST_SCALE or not levels or levels[0] < 1 or levels[-1] > scale or len(levels) == scale:
        raise line.bad(gettext_noop("Levels go from 1 to a scale of 2 to 10, and not all of them may count as good."))
    return SurveyShare(tuple(levels), scale)


def _weights(line: Line, body: str) -> SurveyWeights:
    weights: dict[str, Fraction] = {}
    for item in PARTING.split(body):
        found = WEIGHT.fullmatch(item.strip())
        name = fold(found[1]) if found else ""
        if not found or not is_name(name) or name in weights:
            raise line.bad(
                gettext_noop(
                    "Write “Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức” or “Khảo sát: A = 100%%, B = 60%%, C = 0%%”;"
                    " “%(text)s” is not understood."
                ),
                text=item.strip(),
            )
        weights[name] = _weight(line, found[2])
    if len(weights) == 1:
        raise line.bad(gettext_noop("One answer alone is no choice; write a line for each answer."))
    return SurveyWeights(tuple(weights.items()))


def _weight(line: Line, text: str) -> Fraction:
    try:
        value = read_number(text)
    except ValueError:
        value = Fraction(-1)
    if not 0 <= value <= 1:
        raise line.bad(gettext_noop("“%(text)s” is no weight between 0%% and 100%%."), text=text)
    return value
