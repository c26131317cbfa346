"""Annexes of criteria sets as provinces type them into Excel, each with the set that it says (its truth).

Drawn from a seed: the tree, the kind of every rule, and every habit of typing that a reader has to bear with. What is
written never comes from the reader: the truth is there first, the sheet is made of it.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from criteria.scoring.notation import parse, write
from criteria.tree.nodes import BONUS, PENALTY, SCALE, SURVEY, Node, Outline

HEADS = {
    "code": ("STT", "TT", "Mã", "Số TT", "Mã số", "Số thứ tự"),
    "name": (
        "Lĩnh vực, tiêu chí, tiêu chí thành phần",
        "LĨNH VỰC/TIÊU CHÍ/TIÊU CHÍ THÀNH PHẦN",
        "Nội dung",
        "Tiêu chí",
        "Nội dung đánh giá",
    ),
    "maximum": ("Điểm tối đa", "Điểm chuẩn", "ĐIỂM TỐI ĐA", "Thang điểm", "Điểm"),
    "evidence": ("Tài liệu kiểm chứng", "TLKC", "Tài liệu minh chứng", "Yêu cầu TLKC", "Minh chứng"),
    "note": ("Ghi chú", "GHI CHÚ"),
    "method": ("Hình thức chấm", "Hình thức đánh giá"),
    "entered_by": ("Người nhập điểm",),
    "minimum": ("Điểm thấp nhất",),
    "side": ("Nhóm điểm",),
    "guidance": ("Hướng dẫn",),
    "examples": ("Ví dụ tính điểm",),
    "legal_basis": ("Căn cứ pháp lý",),
    "facets": ("Các phần",),
}
METHODS = {
    "survey": "Điều tra xã hội học",
    "outcome": "Số liệu của cơ quan khác",
    "adjustment": "Điểm thưởng, điểm phạt",
}
ENTERED = {"appraiser": "Người thẩm định", "standing_body": "Cơ quan thường trực", "import": "Nhập số liệu"}
SIDES = {SCALE: "Trong thang điểm", BONUS: "Điểm thưởng", PENALTY: "Điểm phạt"}
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


@dataclass
class Row:
    """A row to be written: texts and numbers by column, and what marks it."""

    cells: dict[str, Any] = field(default_factory=dict)
    is_bold: bool = False
    is_hidden: bool = False


@dataclass
class Annex:
    """The bytes with what they say. ``unread``: the codes of leaves whose words are no rule."""

    data: bytes
    truth: Outline
    unread: frozenset[str]
    rows: int
    sheet: str = "Sheet"


def comma(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")


# ---- the truth


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


# ---- the sheet


@dataclass
class Page:
    """The sheet in the making: rows, and ranges to merge as (column, first row, last row), rows counted from 0."""

    random: Random
    rows: list[Row] = field(default_factory=list)
    merged: list[tuple[str, int, int]] = field(default_factory=list)
    habits: frozenset[str] = frozenset()

    def may(self, habit: str, chance: float = 0.5) -> bool:
        return habit in self.habits and self.random.random() < chance


HABITS = (
    "blank lines",
    "points beside steps",
    "steps in the cell",
    "merged codes",
    "merged evidence",
    "text numbers",
    "text codes",
    "closing dots",
    "hidden rows",
    "notes between",
    "evidence of steps",
    "wrapped names",
    "survey in notes",
    "head again",
    "bullets as codes",
)


def annex(seed: int) -> Annex:
    """The annex that belongs to the seed."""
    draw = truth(seed)
    random = draw.random
    page = Page(random, habits=frozenset(habit for habit in HABITS if random.random() < 0.5))
    sides = any(node.side != SCALE for node in draw.nodes)
    keys = ["code", "name", "maximum", "evidence", "note", *sorted(draw.extras)]
    by_column = sides and (random.random() < 0.5 or "guidance" in draw.extras)
    keys += ["side"] if by_column else []
    if sides and not by_column:
        _name_sides(draw)
    for node in list(draw.nodes):
        _write_node(draw, page, node, by_column=by_column)
    return _finish(draw, page, keys)


def _name_sides(draw: Draw) -> None:
    for at, node in enumerate(draw.nodes):
        if node.side != SCALE and not node.parent:
            words = "Điểm thưởng" if node.side == BONUS else "Điểm trừ"
            draw.nodes[at] = replace(node, name=f"{words} {at}")


def _write_node(draw: Draw, page: Page, node: Node, *, by_column: bool) -> None:
    is_leaf = node.code not in {each.parent for each in draw.nodes}
    row = Row({"code": _code_cell(draw, page, node), "name": node.name}, is_bold=not is_leaf or not node.parent)
    row.is_hidden = page.may("hidden rows", 0.05)
    value = node.minimum if node.side == PENALTY else node.maximum
    row.cells["maximum"] = _number_cell(page, value)
    row.cells |= {name: getattr(node, name) for name in ("guidance", "examples", "legal_basis", "facets", "note")}
    if by_column:
        row.cells["side"] = SIDES[node.side]
    if node.minimum and node.side == SCALE:
        row.cells["minimum"] = _number_cell(page, node.minimum)
    if is_leaf:
        row.cells |= {"method": METHODS.get(node.method, ""), "entered_by": ENTERED.get(node.entered_by, "")}
    page.rows.append(row)
    if page.may("wrapped names", 0.1):
        row.cells["name"] = node.name.replace(" ", "\n", 1) if not is_leaf else node.name
    if is_leaf:
        _write_leaf(draw, page, node, row)
    if page.may("blank lines", 0.2):
        page.rows.append(Row())


def _code_cell(draw: Draw, page: Page, node: Node) -> object:
    shown = draw.shown[node.code]
    if page.may("closing dots") and not shown.endswith(")"):
        return f"{shown}."
    if "text codes" not in page.habits and shown.isdigit():
        return int(shown)
    if "text codes" not in page.habits and shown.replace(".", "", 1).isdigit() and not shown.endswith("0"):
        return float(shown)
    return shown


def _number_cell(page: Page, value: Decimal | None) -> object:
    if value is None:
        return None
    if page.may("text numbers"):
        return page.random.choice((comma(value), f"{value:f}" if value.as_tuple().exponent != -3 else comma(value)))
    return int(value) if value == value.to_integral_value() else float(value)


def _write_leaf(draw: Draw, page: Page, node: Node, row: Row) -> None:
    first, steps = len(page.rows) - 1, list(draw.steps.get(node.code, []))
    evidence = node.evidence.split("\n") if node.evidence else []
    later = evidence[1:] if page.may("evidence of steps") and len(evidence) > 1 and steps else []
    row.cells["evidence"] = "\n".join(evidence[: len(evidence) - len(later)])
    if steps and node.code not in draw.unread and page.may("steps in the cell", 0.3) and ":" in steps[0]:
        row.cells["name"] = "\n".join([node.name, *steps])
        steps = []
    for at, line in enumerate(steps):
        step = _step(page, line)
        step.cells["evidence"] = later.pop(0) if later and at in {0, len(steps) - 1} else None
        page.rows.append(step)
        if page.may("blank lines", 0.05):
            page.rows.append(Row())
    for left in later:
        page.rows.append(Row({"evidence": left}))
    _note_and_survey(draw, page, node, row)
    last = len(page.rows) - 1
    for column, habit in (("code", "merged codes"), ("evidence", "merged evidence")):
        rows = page.rows[first + 1 : last + 1]
        if last > first and page.may(habit) and not any(each.cells.get(column) for each in rows):
            page.merged.append((column, first, last))


def _step(page: Page, line: str) -> Row:
    """A line of a rule: its points in the words, beside them, or both."""
    label, sign, points = line.rpartition(": ")
    row = Row({"name": line})
    if page.may("bullets as codes", 0.3):
        row.cells["code"] = "-"
    try:
        value = Decimal(points.replace(",", "."))
    except ArithmeticError:
        return row
    if sign and page.may("points beside steps"):
        row.cells = {
            **row.cells,
            "name": page.random.choice((label, f"{label}:", line)),
            "maximum": _number_cell(page, value),
        }
    return row


def _note_and_survey(draw: Draw, page: Page, node: Node, row: Row) -> None:
    """Notes that stand below the leaf, and a survey that only the note column tells."""
    at = draw.nodes.index(node)
    if "method" not in draw.extras and page.may("survey in notes", 0.2):
        note = page.random.choice(("ĐTXHH", "Điều tra xã hội học", "Chấm qua điều tra xã hội học"))
        row.cells["note"] = note
        draw.nodes[at] = node = replace(node, note=note, method=SURVEY)
    elif "method" not in draw.extras and node.rule.startswith("Khảo sát:"):
        draw.nodes[at] = node = replace(node, method=SURVEY)
    if page.may("notes between", 0.1) and at < len(draw.nodes) - 1:
        page.rows.append(Row({"name": "Ghi chú: chỉ tính văn bản còn hiệu lực"}))
        both = [node.note, "chỉ tính văn bản còn hiệu lực"]
        draw.nodes[at] = replace(node, note="\n".join(text for text in both if text))


def _finish(draw: Draw, page: Page, keys: list[str]) -> Annex:
    """Titles, head, order of the columns, totals and notes below; saved."""
    random = page.random
    title, basis, above = _titles(random)
    order = [*keys]
    if random.random() < 0.5:
        random.shuffle(order)
    strangers = random.sample(("Điểm tự chấm", "Điểm thẩm định", "Giải trình"), random.randint(0, 2))
    hidden = ["Điểm chuẩn cũ"] if random.random() < 0.3 else []
    for each in (*strangers, *hidden):
        order.insert(random.randint(0, len(order)), each)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = random.choice(("Sheet1", "Phụ lục I", "BTC"))
    top = _head(sheet, random, above, order)
    _fill(sheet, page, order, top, hidden)
    _below(sheet, draw, page, order)
    if random.random() < 0.3:
        book.create_sheet("Ghi chép").append(["Không phải bộ tiêu chí", 12])
    out = BytesIO()
    book.save(out)
    rows = max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return Annex(out.getvalue(), outline(draw, title, basis), frozenset(draw.unread), rows, sheet.title)


def _titles(random: Random) -> tuple[str, str, list[str]]:
    if random.random() < 0.3:
        return "Bộ tiêu chí", "", []
    title = random.choice(("BỘ TIÊU CHÍ ĐÁNH GIÁ CẢI CÁCH HÀNH CHÍNH", "Bộ tiêu chí xác định Chỉ số CCHC cấp xã"))
    above = ["Phụ lục I", title]
    if random.random() < 0.5:
        above.append("CỦA CÁC SỞ, BAN, NGÀNH")
        title = f"{title} CỦA CÁC SỞ, BAN, NGÀNH"
    basis = ""
    if random.random() < 0.6:
        basis = "Kèm theo Quyết định số 52/2019/QĐ-UBND ngày 24/9/2019"
        above.append(f"({basis})")
    return title, basis, [*above, *([""] if random.random() < 0.5 else [])]


def _head(sheet: Worksheet, random: Random, above: list[str], order: list[str]) -> int:
    """Writes titles and head; returns the last row of the head."""
    for number, text in enumerate(above, 1):
        sheet.cell(number, 1, text or None)
        if text:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(order))
    top = len(above) + 1
    two_rows = random.random() < 0.3
    for column, key in enumerate(order, 1):
        words = random.choice(HEADS.get(key, (key,)))
        if two_rows and key == "maximum" and random.random() < 0.5:
            sheet.cell(top, column, "Điểm")
            sheet.cell(top + 1, column, "tối đa")
            continue
        sheet.cell(top, column, words.replace(" ", "\n", 1) if random.random() < 0.1 else words)
        if two_rows:
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
    last = top + two_rows
    if random.random() < 0.3:
        last_label = last + 1
        for column in range(1, len(order) + 1):
            sheet.cell(last_label, column, f"({column})")
    return sheet.max_row


def _fill(sheet: Worksheet, page: Page, order: list[str], top: int, hidden: list[str]) -> None:
    for number, row in enumerate(page.rows, top + 1):
        for column, key in enumerate(order, 1):
            value = row.cells.get(key) or (0 if row.cells.get(key) == 0 and row.cells.get(key) is not None else None)
            if key not in HEADS and row.cells:
                value = page.random.choice((None, 1, "x"))
            if value is not None:
                cell = sheet.cell(number, column, value)
                cell.font = Font(bold=row.is_bold)
                if isinstance(value, str):
                    cell.data_type = "s"
        sheet.row_dimensions[number].hidden = row.is_hidden
    for key, first, last in page.merged:
        column = order.index(key) + 1
        sheet.merge_cells(start_row=top + 1 + first, end_row=top + 1 + last, start_column=column, end_column=column)
    for key in hidden:
        sheet.column_dimensions[get_column_letter(order.index(key) + 1)].hidden = True


def _below(sheet: Worksheet, draw: Draw, page: Page, order: list[str]) -> None:
    random = page.random
    areas = [node for node in draw.nodes if not node.parent and node.side == SCALE]
    if random.random() < 0.5 and all(node.maximum is not None for node in areas):
        row = sheet.max_row + 1
        total = sum((node.maximum or Decimal(0) for node in areas), Decimal(0))
        sheet.cell(row, order.index("name") + 1, random.choice(("Tổng cộng", "TỔNG CỘNG:", "Tổng điểm")))
        sheet.cell(row, order.index("maximum") + 1, float(total))
    if random.random() < 0.4:
        row = sheet.max_row + random.randint(1, 3)
        sheet.cell(row, order.index("name") + 1, "Ghi chú: TLKC là tài liệu kiểm chứng")
        sheet.cell(row + 1, order.index("name") + 1, "- Điểm làm tròn hai chữ số")
