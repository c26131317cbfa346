"""Wordings of published annexes, turned line by line into the notation's own.

A line is turned only where the whole of it is understood; every other line stays as typed, to be read or refused.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from criteria.scoring.formula import REACHES
from criteria.scoring.lines import FAULT, OUTCOMES, Line, amount, is_common
from criteria.scoring.numbers import percent
from criteria.scoring.rules import RATE, gettext_noop
from criteria.scoring.shares import DECLARED_OPENINGS, OPENINGS, plain_labels

POINTS = r"(-? ?[0-9][0-9.,]*)"
HEADS = frozenset(
    {"cách tính", "cách tính điểm", "cách chấm điểm", "thang điểm", "thang điểm đánh giá", "cụ thể", "cụ thể như sau"}
)
BY_FORMULA = (
    r"(?:(?:số )?điểm(?: số| đánh giá)? )?(?:được )?(?:tính|xác định)(?: điểm)? (?:theo|bằng) công thức(?: sau)?"
)
OPENS_FORMULA = re.compile(
    rf"(?:{BY_FORMULA} ?:|công thức(?: tính)?(?: điểm)? ?:|(?:số điểm|điểm số|điểm đạt được) ?=) ?(.+)"
)
AWAITS_FORMULA = re.compile(r".*công thức(?: sau| tính| tính điểm)? ?:?")
ENDS_IN_FORMULA = re.compile(rf"(?:,|:| thì)? ?(?:{BY_FORMULA}|(?:số )?điểm(?: đánh giá)?) ?:?$")
POINTS_ARE = re.compile(r"(?:điểm(?: đánh giá)? ?=)+ ?")
CALCULATES = re.compile(r"[/*×÷]| x |[0-9)] ?[-+] ?[(\w]")
AWARD = re.compile(
    rf"(?:thì )?(?:(?:được|đạt|chấm|tính|cho)(?: điểm)? {POINTS} ?(?:điểm|đ)"
    rf"|(?:(?:số )?điểm(?: đánh giá)? (?:là|bằng|=) ?){POINTS} ?(?:điểm|đ)?)"
)
AWARDED = re.compile(rf"([^:=]+?),? (?:thì )?(?:được|đạt|chấm|tính|cho) {POINTS} ?điểm", re.IGNORECASE)
AWARDED_ALL = re.compile(r"([^:=]+?),? (?:thì )?(?:được|đạt|được tính|tính|chấm|cho) điểm tối đa", re.IGNORECASE)
IN_BRACKETS = re.compile(rf"([^:=]+?) \({POINTS} ?điểm\)", re.IGNORECASE)
BOUND_WORDS = re.compile(r"(?:điểm |tổng )?(?:tối đa|cao nhất|thấp nhất|tối thiểu|không quá|bắt đầu|tổng|trừ|cộng)\b")
FULL = re.compile(r"(?:được |đạt |được tính |tính |chấm |được hưởng )?(?:đủ )?(?:số )?điểm tối đa")
NOT_SCORED = frozenset({"không đánh giá", "không xét", "không xem xét đánh giá"})
ARISES = re.compile(
    r"(?:nếu|trường hợp|khi)(?: (?:cơ quan|đơn vị|cơ quan, đơn vị|địa phương))?(?: trong năm)? "
    r"(?:không phát sinh(?: [^\W\d]+){0,8}?|không có nhiệm vụ(?: được giao| phát sinh| trong năm)?)(?: thì|:|,) ?(.+)"
)
EACH = re.compile(
    r"(?:(?:cứ )?mỗi|cứ 0?1) (?P<event>[^:,()]+?)(?:: ?| )(?:(?:bị |được )?(?P<way>trừ|cộng)|được|tính|cho) "
    r"(?P<worth>[0-9][0-9.,]*) ?điểm"
)
BARE_EACH = re.compile(r"(?<=\w):(?= ?[0-9])")
FOR_EACH = re.compile(
    r"(?:(?P<way>trừ|cộng) )?(?P<worth>[0-9][0-9.,]*) ?điểm(?: cho)? mỗi (?P<event>[^:,()]+)"
    r"|(?P<worth2>[0-9][0-9.,]*) ?điểm ?/ ?(?P<event2>[^:,()0-9]+)"
)
MOST = re.compile(
    r"(?P<head>.+?)(?:,| \() ?(?:nhưng )?(?:tổng (?:số )?(?:điểm )?)?(?:tối đa|không quá|tối đa không quá)"
    r" (?P<most>[0-9][0-9.,]*)(?: ?điểm)?\)?"
)
ALL_TAKEN = re.compile(
    r"(?P<head>.+?)(?:,| \() ?(?:trừ )?(?:tối đa )?(?:đến |tới |cho đến |cho tới )?(?:khi )?hết (?:số )?điểm"
    r"(?: tối đa)?(?: của tiêu chí)?\)?"
)
FLOOR = re.compile(
    r"nếu (?:tỷ lệ )?\(?(?P<ratio>[a-zđ] ?/ ?[a-zđ])\)? ?(?P<sign>dưới|nhỏ hơn|<=|<|≤) ?"
    r"(?P<bound>[0-9][0-9.,]*)(?P<unit> ?%)?"
    r",?(?: thì|:) (?:(?:số )?điểm(?: đánh giá)? ?(?:là|bằng|=) ?)?(?P<points>[0-9][0-9.,]*)(?: ?điểm)?"
)
SIGNED_RATE = re.compile(r"(tỷ lệ) ?(?:%|\(%\))")
RATE_NAME = re.compile(r"tỷ lệ(?: (?!x(?!\w))[^\W\d]\w*)*")
BY_HUNDRED = re.compile(r"/ ?100(?![0-9.,]| ?%)")
HUNDRED_TIMES = re.compile(r"(?:(?<=[*×x])|(?<=[*×x] ))100(?![0-9.,]| ?%)|(?<![0-9.,/])(?<!/ )100(?= ?[*×]| x )")
IN_PERCENT = re.compile(r"(?:trong đó:? )?[^\W\d]\w* là .*\(%\)")
KNOWN_RATES = frozenset(
    f"{RATE} {done}{what}"
    for done in ("hoàn thành", "thực hiện", "đạt", "đạt được")
    for what in ("", " kế hoạch", " nhiệm vụ", " chỉ tiêu")
)
BRACKETS = str.maketrans("[]{}", "()()")


def plain(lines: Sequence[Line], names: Collection[str]) -> list[Line]:
    """The lines of one rule in the notation's words; ``names`` are declared around it.

    Raises ``BadRule`` where a share is divided by a bare 100: the notation's shares are parts of 1.
    """
    made = [line for line in _joined(lines) if line.key.rstrip(": ") not in HEADS] or list(lines)
    made = _floored([_opened(_arising(line)) for line in made])
    made = _signed(_counted([_award(line) for line in made]))
    return made if names else _one_rate(_shares(made))


def _joined(lines: Sequence[Line]) -> list[Line]:
    """A formula on the line below the words that announce it is part of their line."""
    made: list[Line] = []
    for line in lines:
        if made and AWAITS_FORMULA.fullmatch(made[-1].key) and CALCULATES.search(line.key) and not is_common(line):
            made[-1] = replace(made[-1], text=f"{made[-1].text.rstrip(' :')}: {line.text}")
        else:
            made.append(line)
    return made


def _arising(line: Line) -> Line:
    """What holds where nothing arose in the year."""
    found = ARISES.fullmatch(line.key)
    if found and FULL.fullmatch(found[1]):
        return replace(line, text="Khi không có nhiệm vụ: điểm tối đa")
    if found and (found[1] in NOT_SCORED or found[1] in OUTCOMES):
        return replace(line, text="Khi không có nhiệm vụ: không áp dụng")
    return line


def _opened(line: Line) -> Line:
    found = OPENS_FORMULA.fullmatch(line.key)
    return replace(line, text=f"điểm = {POINTS_ARE.sub('', found[1], count=1)}") if found else line


def _award(line: Line) -> Line:
    """``…: được 1 điểm`` and the like as ``…: 1``."""
    if is_common(line) or BOUND_WORDS.match(line.key):
        return line
    label, sign, value = (part.strip() for part in line.text.rpartition(":"))
    if not sign:
        found = IN_BRACKETS.fullmatch(line.text) or AWARDED.fullmatch(line.text)
        if found and not _each(line.key):
            return replace(line, text=f"{found[1]}: {found[2]}")
        if found := AWARDED_ALL.fullmatch(line.text):
            return replace(line, text=f"{found[1]}: điểm tối đa")
        label, sign, value = (part.strip() for part in line.text.partition(" thì "))
    given = AWARD.fullmatch(replace(line, text=value).key) if sign and not _each(line.key) else None
    return replace(line, text=f"{label}: {given[1] or given[2]}") if given else line


# ---- so much each time


def _each(key: str) -> tuple[str, str, str] | None:
    """ "trừ" or "cộng", the amount and what it is given for."""
    if found := EACH.fullmatch(key):
        way, worth, event = found["way"], found["worth"], found["event"]
    elif found := FOR_EACH.fullmatch(key):
        way, worth, event = found["way"], found["worth"] or found["worth2"], found["event"] or found["event2"]
    else:
        return None
    return (way or "cộng", worth, event.strip()) if way or not FAULT.search(event) else None


def _counted(lines: Sequence[Line]) -> list[Line]:
    """Each occurrence in the notation's words, and a limit at the end of the line on its own if it is the only one."""
    made: list[Line] = []
    alone = len([line for line in lines if not is_common(line)]) == 1
    for line in lines:
        most, taken = MOST.fullmatch(line.key), ALL_TAKEN.fullmatch(line.key)
        if found := _each(line.key):
            made.append(_term(line, *found))
        elif alone and most and (found := _each(BARE_EACH.sub(": được", most["head"]))) and found[0] == "cộng":
            made += [_term(line, *found), replace(line, text=f"Cao nhất {most['most']}")]
        elif alone and taken and (found := _each(taken["head"])) and found[0] == "trừ":
            made += [_term(line, *found), replace(line, text="Thấp nhất 0")]
        else:
            made.append(line)
    return made


def _term(line: Line, way: str, worth: str, event: str) -> Line:
    return replace(line, text=f"{way} {worth} mỗi {event}")


# ---- shares


def _floored(lines: Sequence[Line]) -> list[Line]:
    """A formula with ``Nếu b/a < 0,8 thì điểm đánh giá là 0`` as two bands."""
    floors = [line for line in lines if FLOOR.fullmatch(line.key)]
    formulas = [line for line in lines if POINTS_ARE.match(line.key)]
    found = FLOOR.fullmatch(floors[0].key) if len(floors) == len(formulas) == 1 else None
    others = [line for line in lines if line not in floors and line not in formulas]
    if not found or any(line.key.startswith(f"{RATE} ") for line in others):
        return list(lines)
    limit = amount(found["bound"], floors[0])
    bound = percent(limit / 100 if found["unit"] else limit)
    above, below = ("trên", "không quá") if found["sign"] in {"<=", "≤"} else ("từ", "dưới")
    worth = POINTS_ARE.sub("", formulas[0].key, count=1)
    return [
        replace(formulas[0], text=f"{above} {bound}: điểm = {worth}"),
        replace(floors[0], text=f"{below} {bound}: {found['points']}"),
        *others,
        replace(floors[0], text=f"tỷ lệ = {found['ratio']}"),
    ]


def _shares(lines: Sequence[Line]) -> list[Line]:
    own = [line for line in lines if not is_common(line)]
    declared = [line for line in lines if is_common(line) and not line.key.startswith("khi ")]
    if declared and len([line for line in declared if "=" in line.key]) != 1:
        return list(lines)
    found = [each for line in own if (each := _parted(line))]
    labels = plain_labels([label for label, _ in found], DECLARED_OPENINGS if declared else OPENINGS)
    if len(found) < len(own) or not labels or not any("%" in label for label in labels):
        return list(lines)
    made = {line: f"{label}: {value}" for line, label, (_, value) in zip(own, labels, found, strict=True)}
    return [line if _is_same(made.get(line, line.key), line) else replace(line, text=made[line]) for line in lines]


def _is_same(said: str, line: Line) -> bool:
    return said.replace(" ", "") == line.key.replace(" ", "")


def _parted(line: Line) -> tuple[str, str] | None:
    """A line's label and value, in small letters."""
    label, sign, value = (part.strip() for part in line.key.rpartition(":"))
    if not sign:
        label, sign, value = (part.strip() for part in line.key.partition(" thì "))
    if not sign:
        label, sign, value = (part.strip() for part in line.key.rpartition(" = "))
    if not sign:
        return None
    if FULL.fullmatch(value):
        return label, "điểm tối đa"
    return ENDS_IN_FORMULA.sub("", label), value


# ---- expressions


def _signed(lines: Sequence[Line]) -> list[Line]:
    """Round brackets only, no sign after "tỷ lệ", and percent never as a number of 0 to 100."""
    shares = {line.key.partition(" là ")[0] for line in lines if IN_PERCENT.fullmatch(line.key)} | {RATE}
    return [_signs(line, shares) if _computes(line) else line for line in lines]


def _computes(line: Line) -> bool:
    is_sum = CALCULATES.search(line.key) and ("=" in line.key or RATE in line.key.rpartition(":")[2])
    return bool(is_sum) and " là " not in line.key


def _signs(line: Line, shares: Collection[str]) -> Line:
    label, sign, value = line.key.rpartition(":")
    is_signed = SIGNED_RATE.search(value)
    made = SIGNED_RATE.sub(r"\1", value.translate(BRACKETS))
    name, equals, worth = made.partition("=")
    if equals and not sign and RATE_NAME.fullmatch(name.strip()):
        made = f"{name}={HUNDRED_TIMES.sub('100%', worth)}"
    elif _by_hundred(made) and any(re.search(rf"(?<!\w){share}(?!\w)", made) for share in shares):
        if not is_signed or HUNDRED_TIMES.search(made):
            raise line.bad(
                gettext_noop("A share is a part of 1 here, 92%% counts as 0,92: write 100%% for 100 in “%(text)s”."),
                text=made,
            )
        made = BY_HUNDRED.sub("/ 100%", made)
    return line if made == value else replace(line, text=f"{label}{sign}{made}")


def _by_hundred(text: str) -> bool:
    return bool(BY_HUNDRED.search(text) or HUNDRED_TIMES.search(text))


def _one_rate(lines: Sequence[Line]) -> list[Line]:
    """``tỷ lệ hoàn thành`` as "tỷ lệ", where that is the only share and nothing is declared."""
    computing = [line for line in lines if _computes(line)]
    said = {name for line in computing for name in _rates(line)}
    own = tuple(f"{name} là " for name in said)
    is_declared = any(is_common(line) and ("=" in line.key or line.key.startswith(own)) for line in lines)
    if len(said) != 1 or not said <= KNOWN_RATES or is_declared:
        return list(lines)
    name = said.pop()
    return [replace(line, text=line.key.replace(name, RATE)) if line in computing else line for line in lines]


def _rates(line: Line) -> set[str]:
    """The shares that a line computes with, without "cao nhất" and "thấp nhất"."""
    found = {each[0] for each in RATE_NAME.finditer(line.key.rpartition(":")[2])}
    return {next((name.removesuffix(end) for end in REACHES if name.endswith(end)), name) for name in found}
