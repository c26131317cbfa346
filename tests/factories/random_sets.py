"""Random criteria sets as data, drawn from a seed: what a generated annex says (its truth).

Rules of every kind, words that are no rule, bonus and penalty, unknown maxima, one to four levels, five ways of
numbering.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from criteria.scoring.notation import parse, write
from criteria.tree.nodes import BONUS, PENALTY, SCALE, SURVEY, Node, Outline

METHODS = {
    "survey": "Điều tra xã hội học",
    "outcome": "Số liệu của cơ quan khác",
    "adjustment": "Điểm thưởng, điểm phạt",
}
ENTERED = {"appraiser": "Người thẩm định", "standing_body": "Cơ quan thường trực", "import": "Nhập số liệu"}
RULES = (
    "Có: {m}\nKhông: 0",
    "Đạt: {m}\nKhông đạt: 0",
    "Ban hành kịp thời: {m}\nBan hành không kịp thời: {h}\nKhông ban hành: 0",
    "Từ 80% trở lên: {m}\nTừ 60% đến dưới 80%: {h}\nDưới 60%: 0",
    "Từ 30% trở lên: {m}; Từ 20% đến dưới 30%: {h}; Dưới 20%: 0",
    "Từ 80% đến 100%: tính theo công thức tỷ lệ × điểm tối đa\nDưới 80%: 0",
    "a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a\nĐạt 100%: {m}\n"
    "Từ 80% đến dưới 100%: điểm = tỷ lệ × {m}\nDưới 80%: 0\nKhi a = 0: không áp dụng",
    "Điểm = tỷ lệ × điểm tối đa",
    "a là số tồn tại\nb là số đã xử lý\nc là số đang xử lý\n"
    "Điểm = (b / a) × {m} + (c / a) × {h}\nKhi a = 0: điểm tối đa",
    "Từ 70% đến 90%: tăng đều từ 0 đến {m}\nTrên 90%: {m}\nDưới 70%: 0",
    "Bắt đầu từ {m}\nTrừ {h} mỗi báo cáo trễ\nThấp nhất 0",
    "Cộng {h} mỗi sáng kiến\nCao nhất {m}",
    "Đúng hạn: {m}\nTrễ không quá 5 ngày: {h}\nTrễ trên 5 ngày: 0",
    "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\nKhi chỉ có một đơn vị: điểm tối đa",
    "Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa",
    "Chấm từ 0 đến {m} điểm\nTheo mức độ chủ động của đơn vị",
)
SURVEY_RULES = (
    "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức",
    "Khảo sát: A = 100%, B = 60%, C = 20%, D = 0%",
)
UNCLEAR = (
    ("Thực hiện tốt thì được điểm cao", "Thực hiện chưa tốt thì xem xét"),
    ("Căn cứ tình hình thực tế của địa phương",),
    ("Từ 80% trở lên: {m}", "Làm tốt thì xem xét", "Dưới 80%: 0"),
)
SUBJECTS = ("Kế hoạch CCHC năm", "Báo cáo CCHC định kỳ", "Công khai thủ tục", "Giải quyết hồ sơ đúng hạn", "Sáng kiến")
PAPERS = (
    "Kế hoạch (kỳ: năm; cơ quan ban hành: UBND huyện)",
    "Báo cáo 6 tháng",
    "- Quyết định",
    "Văn bản số 12/UBND-NC",
)
LETTERS = ("a)", "b)", "c)", "d)", "đ)", "e)", "g)", "h)", "i)", "k)")
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def comma(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")


@dataclass
class Draw:
    """The truth in the making; ``steps`` are the lines under each leaf, ``shown`` the codes as printed."""

    random: Random
    style: str
    nodes: list[Node] = field(default_factory=list)
    steps: dict[str, list[str]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    extras: frozenset[str] = frozenset()


def truth(seed: int) -> Draw:
    """A random set: one to four levels, leaves at different depths."""
    random = Random(seed)
    draw = Draw(random, random.choice(("arabic", "arabic", "roman", "roman dotted", "letters")))
    optional = ("method", "entered_by", "minimum", "guidance", "examples", "legal_basis", "facets")
    draw.extras = frozenset(name for name in optional if random.random() < 0.25)
    areas = random.randint(1, 5)
    for number in range(1, areas + 1):
        depth = random.randint(1, 4)
        side = SCALE
        if number == areas > 1 and random.random() < 0.4:
            side = random.choice((BONUS, PENALTY))
        _grow(draw, (number,), depth, side)
    _name(draw)
    return draw


def _grow(draw: Draw, path: tuple[int, ...], depth: int, side: str) -> Decimal | None:
    """The node at ``path`` and everything below it; returns its maximum (penalty: its minimum)."""
    random, key = draw.random, ".".join(map(str, path))
    at = len(draw.nodes)
    draw.nodes.append(Node(code=key, name="", parent=".".join(map(str, path[:-1])), side=side))
    if depth > len(path) and random.random() < 0.85:
        below = [
            _grow(draw, (*path, number), depth, side) for number in range(1, random.randint(2, 12 if depth == 2 else 5))
        ]
        known = [value for value in below if value is not None]
        value: Decimal | None = sum(known, Decimal(0)) if known else Decimal(1)
        draw.nodes[at] = _inner(draw, draw.nodes[at], value or Decimal(1))
        return value
    draw.nodes[at] = _leaf(draw, draw.nodes[at])
    node = draw.nodes[at]
    return node.minimum if side == PENALTY else node.maximum


def _inner(draw: Draw, node: Node, value: Decimal) -> Node:
    if node.side == PENALTY:
        return replace(node, maximum=Decimal(0), minimum=value if value < 0 else Decimal(-1))
    return replace(node, maximum=value)


def _leaf(draw: Draw, node: Node) -> Node:
    random = draw.random
    most = Decimal(random.choice((25, 50, 75, 100, 125, 150, 200, 300, 1450, 3))) / 100
    if node.side == PENALTY:
        node = replace(node, maximum=Decimal(0), minimum=-most)
    else:
        node = replace(node, maximum=None if node.parent and random.random() < 0.04 else most)
    node = _with_extras(draw, node)
    node = _with_rule(draw, node, most)
    papers = random.sample(PAPERS, random.randint(0, 2))
    return replace(node, evidence="\n".join(papers), note=random.choice(("", "", "", "Áp dụng từ năm 2022")))


def _with_extras(draw: Draw, node: Node) -> Node:
    random, words = draw.random, ""
    if "method" in draw.extras and random.random() < 0.5:
        node = replace(node, method=random.choice(tuple(METHODS)))
    if "entered_by" in draw.extras and random.random() < 0.5:
        node = replace(node, entered_by=random.choice(tuple(ENTERED)))
    if "minimum" in draw.extras and node.side == SCALE and node.maximum and random.random() < 0.3:
        node = replace(node, minimum=-node.maximum)
    for name, words in (
        ("guidance", "Xem hướng dẫn\nmục 2, trang 3"),
        ("examples", "mức = Có → 1\nmức = Không → 0"),
        ("legal_basis", "52/2019/QĐ-UBND, Điều 7 khoản 1"),
        ("facets", "a) Quản lý ngân sách: 0,5 (Sở Tài chính)\nb) Quản lý đất đai: 0,5"),
    ):
        if name in draw.extras and random.random() < 0.4:
            changed: dict[str, Any] = {name: words}
            node = replace(node, **changed)
    return node


def _with_rule(draw: Draw, node: Node, most: Decimal) -> Node:
    random = draw.random
    values = {"m": comma(most), "h": comma(most / 2)}
    lot = random.random()
    low = min(node.minimum, Decimal(0))
    bounds = f"Chấm từ {comma(low)} đến {comma(node.maximum or Decimal(0))} điểm"
    if lot < 0.1:
        draw.unread.add(node.code)
        return replace(node, rule="" if node.maximum is None else bounds)
    if lot < 0.2:
        lines = [line.format(**values) for line in random.choice(UNCLEAR)]
        draw.unread.add(node.code)
        draw.steps[node.code] = lines
        return replace(node, rule="\n".join(lines if node.maximum is None else [bounds, *lines]))
    pattern = random.choice(SURVEY_RULES if node.method == SURVEY and random.random() < 0.7 else RULES)
    text = pattern.format(**values)
    if random.random() < 0.5:
        text = write(parse(text))
    draw.steps[node.code] = text.split("\n")
    return replace(node, rule=text)


# ---- codes as printed


def _name(draw: Draw) -> None:
    """Codes of the style, first as printed, then as stored: after the parent's where they are printed twice."""
    for node in draw.nodes:
        draw.shown[node.code] = _printed(draw.style, tuple(map(int, node.code.split("."))))
    if draw.style in {"roman", "letters"} and _has_two(draw):
        full: dict[str, str] = {}
        for node in draw.nodes:
            level = node.code.count(".")
            above = full.get(node.parent, "")
            full[node.code] = (
                f"{above}.{_tail(draw, node)}" if level and _is_composed(draw, node) else draw.shown[node.code]
            )
    else:
        full = dict(draw.shown)
    for at, node in enumerate(draw.nodes):
        name = f"{SUBJECTS[at % len(SUBJECTS)]} {at}"
        draw.nodes[at] = replace(node, code=full[node.code], parent=full.get(node.parent, ""), name=name)
    draw.steps = {full[code]: lines for code, lines in draw.steps.items()}
    draw.unread = {full[code] for code in draw.unread}
    draw.shown = {full[code]: shown for code, shown in draw.shown.items()}


def _printed(style: str, path: tuple[int, ...]) -> str:
    if style == "arabic":
        return ".".join(map(str, path))
    if style == "roman dotted":
        return ROMANS[path[0] - 1] if len(path) == 1 else ".".join(map(str, path))
    if len(path) == 1:
        return ROMANS[path[0] - 1] if style == "roman" else "ABCDĐE"[path[0] - 1]
    if len(path) == 4:
        return LETTERS[path[-1] - 1]
    return str(path[-1]) if len(path) == 2 else f"{path[-2]}.{path[-1]}"


def _tail(draw: Draw, node: Node) -> str:
    """What stands behind the parent's code."""
    shown = draw.shown[node.code]
    return shown.rpartition(".")[2] if node.code.count(".") == 2 else shown


def _has_two(draw: Draw) -> bool:
    return any(_repeated(draw, level) for level in (1, 3))


def _repeated(draw: Draw, level: int) -> bool:
    """Whether a printed code stands at the level more than once."""
    printed = Counter(draw.shown[node.code] for node in draw.nodes if node.code.count(".") == level)
    return any(count > 1 for count in printed.values())


def _is_composed(draw: Draw, node: Node) -> bool:
    """Criteria begin again in every area; what hangs on a composed code is composed with it."""
    level = node.code.count(".")
    return _repeated(draw, 3) if level == 3 else _repeated(draw, 1)


def outline(draw: Draw, title: str, basis: str) -> Outline:
    """The truth as a set."""
    areas = [node for node in draw.nodes if not node.parent]
    parents = {node.parent for node in draw.nodes}
    leaves = [node for node in draw.nodes if node.code not in parents and node.side == SCALE and node.method == SURVEY]
    return Outline(
        title=title,
        scale=sum((node.maximum or Decimal(0) for node in areas if node.side == SCALE), Decimal(0)),
        survey_points=sum((node.maximum or Decimal(0) for node in leaves), Decimal(0)),
        nodes=tuple(draw.nodes),
        bonus_cap=sum((node.maximum or Decimal(0) for node in areas if node.side == BONUS), Decimal(0)),
        penalty_cap=-sum((node.minimum for node in areas if node.side == PENALTY), Decimal(0)),
        legal_basis=basis,
    )
