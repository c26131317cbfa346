"""Annexes of criteria sets as provinces type them into Excel, each with the set that it says (its truth).

Drawn from a seed: the tree, the kind of every rule, and every habit of typing that a reader has to bear with. What is
written never comes from the reader: the truth is there first, the sheet is made of it.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from criteria.tree.nodes import BONUS, PENALTY, SCALE, SURVEY, Node, Outline
from tests.factories.random_sets import ENTERED, METHODS, Draw, comma, outline, truth

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
SIDES = {SCALE: "Trong thang điểm", BONUS: "Điểm thưởng", PENALTY: "Điểm phạt"}


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
