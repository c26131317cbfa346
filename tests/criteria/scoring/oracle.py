"""Rules, figures and trees made up at random, with the points that follow, by other means than those under test.

A rule is written out twice from one description: as the text of an annex, and as an expression of Python over
``F`` (fractions), which ``eval`` computes once the figures stand in it. Nothing of ``criteria.scoring`` is imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

F = Fraction
NOT_APPLICABLE, UNDEFINED = "not applicable", "undefined"


@dataclass
class Given:
    """Figures, those of the other units, and the source of the points."""

    figures: dict[str, Any]
    source: str
    group: tuple[dict[str, Any], ...] = ()


@dataclass
class Made:
    """One rule: the text of the annex, the leaf's bounds, and how figures for it are drawn."""

    kind: str
    text: str
    maximum: Decimal
    minimum: Decimal
    draw: Callable[[Random], Given]

    def answer(self, given: Given) -> F | str:
        """Points held within the leaf's bounds, or why there are none."""
        try:
            points = eval(given.source, {"F": F, "min": min, "max": max})
        except ZeroDivisionError:
            return UNDEFINED
        if isinstance(points, str):
            return points
        return F(min(max(points, F(self.minimum)), F(self.maximum)))


def vn(value: F | Decimal | int) -> str:
    """A finite number with a decimal comma."""
    exact = F(value)
    return f"{(Decimal(exact.numerator) / exact.denominator).normalize():f}".replace(".", ",")


def src(value: F | Decimal | int) -> str:
    exact = F(value)
    return f"F({exact.numerator}, {exact.denominator})"


def quarters(rng: Random, low: int, high: int) -> F:
    return F(rng.randint(low * 4, high * 4), 4)


# ---- rules of one kind: (text, draw)

Parts = tuple[str, Callable[[Random], Given]]


def steps(rng: Random, maximum: F, key: str = "mức") -> Parts:
    names = ["Kịp thời", "Không kịp thời", "Có ban hành", "Không"][: rng.randint(2, 4)]
    points = {name: maximum * F(rng.randint(0, 4), 4) for name in names}
    text = "\n".join(f"{name}: {vn(value)}{rng.choice(['', ' điểm'])}" for name, value in points.items())

    def draw(rng: Random) -> Given:
        chosen = rng.choice(names)
        return Given({key: rng.choice([chosen, chosen.upper(), chosen.lower()])}, src(points[chosen]))

    return text, draw


def share(rng: Random) -> tuple[str, Callable[[Random], tuple[dict[str, Any], str]]]:
    """A share: declared in percent, or worked out from two counts. Common lines, and figures with the source."""
    if rng.random() < 0.4:

        def declared(rng: Random) -> tuple[dict[str, Any], str]:
            value = F(rng.randint(0, 110), 100) if rng.random() < 0.7 else F(rng.randint(0, 40), rng.randint(37, 60))
            return {"tỷ lệ": value}, src(value)

        return "", declared
    outcome = rng.choice(["", "không áp dụng", "điểm tối đa", "0,25"])
    text = "Trong đó: a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a"

    def counted(rng: Random) -> tuple[dict[str, Any], str]:
        a = rng.choice([0, rng.randint(1, 60), 10])
        b = rng.randint(0, a + 1) if rng.random() < 0.8 else a
        return {"a": a, "b": b}, f"F({b})/F({a})"

    return f"{text}\nKhi a = 0: {outcome}" if outcome else text, counted


def settled(text: str, figures: dict[str, Any], source: str) -> str:
    """The source with what the text declares for a = 0 in front."""
    for line in text.splitlines():
        if line.startswith("Khi a = 0: ") and figures.get("a") == 0:
            outcome = line.removeprefix("Khi a = 0: ")
            return {"không áp dụng": repr(NOT_APPLICABLE), "điểm tối đa": "F(10**9)", "0,25": "F(1, 4)"}[outcome]
    return source


def bands(rng: Random, maximum: F, even: bool = False) -> Parts:
    """Cuts from the highest down; ``above[i]``: the cut itself belongs to the band above it."""
    common, figures_of = share(rng)
    cuts = sorted({F(rng.randint(1, 99 if even else 100), 100) for _ in range(rng.randint(1, 4))}, reverse=True)
    above = [rng.random() < 0.7 for _ in cuts]
    values = [value_of_band(rng, maximum) for _ in range(len(cuts) + 1)]
    lines = [f"{phrase(rng, cuts, above, at)}: {text}" for at, (text, _) in enumerate(values)]
    if even:
        top = F(1)
        start, end = (maximum * F(eighths, 8) for eighths in rng.sample(range(9), 2))
        way = "tăng" if end >= start else "giảm"
        lines[0] = (
            f"{'Từ' if above[0] else 'Trên'} {vn(cuts[0] * 100)}% đến 100%: {way} đều từ {vn(start)} đến {vn(end)}"
        )
        slope = (end - start) / (top - cuts[0])
        values[0] = ("", f"{src(start)} + (X - {src(cuts[0])}) * {src(slope)} if X <= 1 else {UNDEFINED!r}")
    text = "\n".join([*lines, common]).strip()

    def draw(rng: Random) -> Given:
        figures, value = figures_of(rng)
        source = values[-1][1]
        for cut, is_above, (_, worth) in reversed(list(zip(cuts, above, values, strict=False))):
            source = f"({worth}) if X {'>=' if is_above else '>'} {src(cut)} else ({source})"
        if even:
            # The last line may be “Còn lại”: it takes what lies over 100 %, too.
            rest = f"({values[-1][1]})" if lines[-1].startswith("Còn lại") else repr(UNDEFINED)
            source = f"({source}) if X <= 1 else {rest}"
        source = source.replace("X", f"({value})")
        return Given(figures, settled(common, figures, source))

    return text, draw


def value_of_band(rng: Random, maximum: F) -> tuple[str, str]:
    worth = maximum * F(rng.randint(0, 8), 8)
    return rng.choice(
        [
            (vn(worth), src(worth)),
            (f"{vn(worth)} điểm", src(worth)),
            ("điểm tối đa", src(maximum)),
            ("tính điểm theo công thức tỷ lệ × điểm tối đa", f"X * {src(maximum)}"),
            (f"điểm = tỷ lệ × {vn(worth)} - 0,1", f"X * {src(worth)} - F(1, 10)"),
            ("không áp dụng", repr(NOT_APPLICABLE)),
        ]
    )


def phrase(rng: Random, cuts: list[F], above: list[bool], at: int) -> str:
    if at == 0:
        cut = f"{vn(cuts[0] * 100)}%"
        return rng.choice([f"Từ {cut} trở lên", f"≥ {cut}", f">= {cut}"] if above[0] else [f"Trên {cut}", f"> {cut}"])
    upper = f"{vn(cuts[at - 1] * 100)}%"
    if at == len(cuts):
        below = [f"Dưới {upper}", f"< {upper}"]
        upto = [f"Không quá {upper}", f"Từ {upper} trở xuống", f"<= {upper}"]
        return rng.choice([*(below if above[at - 1] else upto), "Còn lại"])
    start = f"{'Từ' if above[at] else 'Trên'} {vn(cuts[at] * 100)}%"
    return f"{start} đến {'dưới ' if above[at - 1] else ''}{upper}"


def late(rng: Random, maximum: F) -> Parts:
    first, second = sorted(rng.sample(range(1, 30), 2))
    a, b, c, d = (maximum * F(rng.randint(0, 8), 8) for _ in range(4))
    text = (
        f"Đúng hạn: {vn(a)}\nTrễ từ 1 ngày đến {first} ngày: {vn(b)}\n"
        f"Trễ từ {first + 1} ngày đến {second} ngày: {vn(c)}\nTrễ trên {second} ngày: {vn(d)}"
    )

    def draw(rng: Random) -> Given:
        days = rng.choice([0, 1, first, first + 1, second, second + 1, rng.randint(0, 60)])
        worth = [a, *[b] * first, *[c] * (second - first)]
        return Given({"số ngày trễ": days}, src(worth[days] if days < len(worth) else d))

    return text, draw


def weighted(rng: Random, maximum: F) -> Parts:
    """Shares of parts, with limits now and then, and sometimes nothing said of a = 0."""
    first, second = quarters(rng, 0, 3), F(rng.randint(0, 20), 10)
    outcome = rng.choice(["", "không áp dụng", "điểm tối đa", "0,25"])
    lines = [
        "a là số phát hiện",
        "b là số đã xử lý",
        "c là số đang xử lý",
        f"Điểm = (b / a) × {vn(first)} + (c / a) * {vn(second)}",
    ]
    lines += [f"Khi a = 0: {outcome}"] if outcome else []
    lowest = rng.choice([None, F(1, 4)])
    lines += [f"Thấp nhất {vn(lowest)}"] if lowest else []
    text = "\n".join(lines)

    def draw(rng: Random) -> Given:
        figures = {"a": rng.choice([0, rng.randint(1, 40)]), "b": rng.randint(0, 40), "c": rng.randint(0, 40)}
        source = "(F({b})/F({a}))*{first} + (F({c})/F({a}))*{second}".format(
            **figures, first=src(first), second=src(second)
        )
        source = f"max({source}, {src(lowest)})" if lowest else source
        return Given(figures, settled(text, figures, source))

    return text, draw


def formula(rng: Random, maximum: F) -> Parts:
    """Brackets, both choices, a defined name, minus."""
    factor, limit = quarters(rng, 1, 4), quarters(rng, 1, 6)
    text = (
        "x1 là khối lượng thực hiện (tấn)\nx2 là khối lượng giao (tấn)\nHiệu = x1 − x2\n"
        f"Điểm = nhỏ nhất({vn(limit)}; lớn nhất(0; (x1 + 2) × {vn(factor)} / (x2 + 1))) − (hiệu ÷ 3) × 0,5\n"
        "Cao nhất 5"
    )

    def draw(rng: Random) -> Given:
        one, two = F(rng.randint(0, 300), 7), F(rng.randint(0, 300), 10)
        inner = f"({src(one)} + 2) * {src(factor)} / ({src(two)} + 1)"
        whole = f"min({src(limit)}, max(F(0), {inner})) - ({src(one)} - {src(two)}) / 3 * F(1, 2)"
        return Given({"x1": one, "x2": two}, f"min(F(5), {whole})")

    return text, draw


def count(rng: Random, maximum: F, gives: bool | None = None) -> Parts:
    gives = rng.random() < 0.5 if gives is None else gives
    names = ["sáng kiến cấp tỉnh", "sáng kiến cấp xã"] if gives else ["báo cáo trễ", "báo cáo thiếu", "sai số liệu"]
    amounts = {name: quarters(rng, 0, 2) + F(1, 4) for name in names[: rng.randint(1, 3)]}
    start = quarters(rng, 0, 3) if rng.random() < 0.5 and not gives else None
    limit = quarters(rng, 0, 2) if rng.random() < 0.6 else None
    lines = [f"Bắt đầu từ {vn(start)}"] if start is not None else []
    lines += [f"{'Cộng' if gives else 'Trừ'} {vn(amount)} mỗi {name}" for name, amount in amounts.items()]
    lines += [f"{'Cao' if gives else 'Thấp'} nhất {vn(limit)}"] if limit is not None else []

    def draw(rng: Random) -> Given:
        events = {name: rng.choice([0, 1, rng.randint(0, 9)]) for name in amounts}
        beginning = start if start is not None else (F(0) if gives else maximum)
        source = src(beginning)
        for name, amount in amounts.items():
            source += f" {'+' if gives else '-'} {events[name]} * {src(amount)}"
        if limit is not None:
            source = f"{'min' if gives else 'max'}({source}, {src(limit)})"
        return Given(dict(events), source)

    return "\n".join(lines), draw


def relative(rng: Random, maximum: F) -> Parts:
    which = rng.choice(["cao nhất", "thấp nhất"])
    declared = {
        name: rng.choice(["", "không áp dụng", "điểm tối đa", "0,25"])
        for name in ("chỉ có một đơn vị", "mọi đơn vị bằng nhau", "cùng cao nhất", "mẫu số bằng 0")
    }
    ratio = f"tỷ lệ / tỷ lệ {which}" if which == "cao nhất" else f"tỷ lệ {which} / tỷ lệ"
    lines = [f"Điểm = {ratio} × điểm tối đa"]
    lines += [f"Khi {name}: {outcome}" for name, outcome in declared.items() if outcome]

    def draw(rng: Random) -> Given:
        pool = [F(0), F(1, 2), F(9, 10), F(rng.randint(0, 100), 100)]
        unit, others = rng.choice(pool), [rng.choice(pool) for _ in range(rng.randint(0, 4))]
        everyone = [unit, *others]
        best = max(everyone) if which == "cao nhất" else min(everyone)
        top, bottom = (unit, best) if which == "cao nhất" else (best, unit)
        holding = ["chỉ có một đơn vị"] if not others else []
        if others and everyone.count(unit) == len(everyone):
            holding += ["mọi đơn vị bằng nhau", "cùng cao nhất"]
        elif others and unit == best and everyone.count(unit) > 1:
            holding += ["cùng cao nhất"]
        holding += ["mẫu số bằng 0"] if bottom == 0 else []
        outcomes = [declared[name] for name in holding if declared[name]]
        words = {"không áp dụng": repr(NOT_APPLICABLE), "điểm tối đa": src(maximum), "0,25": "F(1, 4)"}
        source = f"{src(top)} / {src(bottom)} * {src(maximum)}"
        if holding:
            source = words[outcomes[0]] if outcomes else repr(UNDEFINED)
        return Given({"tỷ lệ": unit}, source, tuple({"tỷ lệ": each} for each in others))

    return "\n".join(lines), draw


def proportion(rng: Random, maximum: F) -> Parts:
    common, figures_of = share(rng)
    text = f"Điểm = tỷ lệ × điểm tối đa\n{common}".strip()

    def draw(rng: Random) -> Given:
        figures, value = figures_of(rng)
        return Given(figures, settled(common, figures, f"{value} * {src(maximum)}"))

    return text, draw


def survey_share(rng: Random, maximum: F) -> Parts:
    scale = rng.choice([4, 5])
    levels = sorted(rng.sample(range(1, scale + 1), rng.randint(1, 2)))
    outcome = rng.choice(["", "không áp dụng"])
    text = f"Khảo sát: tỷ lệ trả lời mức {', '.join(map(str, levels))} trên {scale} mức"
    text += f"\nKhi không có phiếu: {outcome}" if outcome else ""

    def draw(rng: Random) -> Given:
        forms = {level: rng.choice([0, rng.randint(0, 90)]) for level in range(1, scale + 1)}
        source = f"F({sum(forms[level] for level in levels)})/F({sum(forms.values())}) * {src(maximum)}"
        if outcome and not any(forms.values()):
            source = repr(NOT_APPLICABLE)
        return Given({f"mức {level}": number for level, number in forms.items()}, source)

    return text, draw


def survey_weights(rng: Random, maximum: F) -> Parts:
    weights = {"A": 100, "B": rng.randint(50, 90), "C": rng.randint(1, 49), "D": 0}
    text = "Khảo sát: " + ", ".join(f"{name} = {weight}%" for name, weight in weights.items())

    def draw(rng: Random) -> Given:
        forms = {name: rng.choice([0, rng.randint(0, 90)]) for name in weights}
        top = sum(forms[name] * weights[name] for name in weights)
        source = f"F({top}, 100)/F({sum(forms.values())}) * {src(maximum)}"
        return Given({name.lower(): number for name, number in forms.items()}, source)

    return text, draw


def taken(rng: Random, maximum: F) -> Parts:
    def draw(rng: Random) -> Given:
        result = F(rng.randint(0, 10_000), 10_000)
        return Given({"kết quả": result}, f"{src(result)} * {src(maximum)}")

    return "Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa", draw


def manual(rng: Random, maximum: F) -> Parts:
    upper = maximum * F(rng.randint(1, 4), 4)

    def draw(rng: Random) -> Given:
        points = upper * F(rng.randint(0, 12), 12)
        return Given({"điểm": points}, src(points))

    return f"Chấm từ 0 đến {vn(upper)} điểm\nTheo chất lượng báo cáo", draw


def several(rng: Random, maximum: F, together: bool) -> Parts:
    """Best of alternatives, or the sum of parts, with no figure in common; steps perhaps twice."""
    place = "phần" if together else "trường hợp"
    kinds = rng.sample(["steps", "steps", "taken", "gives", "takes"], rng.randint(2, 4))
    crowded = kinds.count("steps") > 1
    made: list[Parts] = []
    for at, kind in enumerate(kinds, 1):
        if kind == "steps":
            made.append(steps(rng, maximum, f"mức {place} {at}" if crowded else "mức"))
        else:
            made.append(taken(rng, maximum) if kind == "taken" else count(rng, maximum, kind == "gives"))
    head, between = ("Cộng các phần", "Và") if together else ("Lấy trường hợp có điểm cao nhất", "Hoặc")
    text = f"{head}\n" + f"\n{between}\n".join(each for each, _ in made)

    def draw(rng: Random) -> Given:
        given = [each(rng) for _, each in made]
        sources = [f"({each.source})" for each in given]
        figures = {name: value for each in given for name, value in each.figures.items()}
        return Given(figures, " + ".join(sources) if together else f"max({', '.join(sources)})")

    return text, draw


KINDS: dict[str, Callable[[Random, F], Parts]] = {
    "steps": steps,
    "bands": bands,
    "even": lambda rng, maximum: bands(rng, maximum, even=True),
    "late": late,
    "weighted": weighted,
    "formula": formula,
    "proportion": proportion,
    "count": count,
    "relative": relative,
    "survey_share": survey_share,
    "survey_weights": survey_weights,
    "taken": taken,
    "manual": manual,
    "best": lambda rng, maximum: several(rng, maximum, together=False),
    "parts": lambda rng, maximum: several(rng, maximum, together=True),
}


def made(rng: Random, kind: str) -> Made:
    """One rule of ``kind`` for a leaf with bounds of its own."""
    maximum = F(rng.randint(1, 12), 4)
    minimum = rng.choice([Decimal(0), Decimal(0), Decimal(-1)])
    text, draw = KINDS[kind](rng, maximum)
    return Made(kind, text, Decimal(maximum.numerator) / maximum.denominator, minimum, draw)
