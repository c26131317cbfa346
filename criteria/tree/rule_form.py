"""A rule's text as a form: line by line, each with the fields that its kind of line has; and the text back.

What a line is follows from how it is written, so that a text with a mistake in it fills the form, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from criteria.scoring.rules import Kind, gettext_noop


@dataclass(frozen=True)
class Pattern:
    """A kind of line: ``text`` reads it, ``written`` writes it from its fields, ``labels`` names them."""

    name: str
    label: str
    labels: tuple[str, ...]
    text: re.Pattern[str]
    written: str


@dataclass(frozen=True)
class Row:
    """A line of the form. ``fields``: what stands in them, as many as the pattern has labels."""

    pattern: Pattern
    fields: tuple[str, ...]


def _pattern(name: str, label: str, labels: tuple[str, ...], text: str, written: str) -> Pattern:
    return Pattern(name, label, labels, re.compile(text, re.IGNORECASE), written)


PATTERNS = (
    _pattern(
        "figure",
        gettext_noop("Figure"),
        (gettext_noop("Name"), gettext_noop("What it is (unit in brackets)")),
        r"(?:trong đó:?\s*)?([^:=]{1,60}?) là (.+)",
        "{0} là {1}",
    ),
    _pattern(
        "declared",
        gettext_noop("Case"),
        (gettext_noop("When"), gettext_noop("Then")),
        r"khi ([^:]+): *(.+)",
        "Khi {0}: {1}",
    ),
    _pattern("start", gettext_noop("Starts at"), (gettext_noop("Points"),), r"bắt đầu từ (.+)", "Bắt đầu từ {0}"),
    _pattern("lowest", gettext_noop("At least"), (gettext_noop("Points"),), r"thấp nhất (.+)", "Thấp nhất {0}"),
    _pattern("highest", gettext_noop("At most"), (gettext_noop("Points"),), r"cao nhất (.+)", "Cao nhất {0}"),
    _pattern(
        "minus",
        gettext_noop("Takes away"),
        (gettext_noop("Points"), gettext_noop("For each")),
        r"trừ (\S+)(?: điểm)? mỗi (.+)",
        "Trừ {0} mỗi {1}",
    ),
    _pattern(
        "plus",
        gettext_noop("Gives"),
        (gettext_noop("Points"), gettext_noop("For each")),
        r"cộng (\S+)(?: điểm)? mỗi (.+)",
        "Cộng {0} mỗi {1}",
    ),
    _pattern(
        "manual",
        gettext_noop("By a person"),
        (gettext_noop("From"), gettext_noop("To")),
        r"chấm từ (\S+) đến (\S+)(?: điểm)?",
        "Chấm từ {0} đến {1} điểm",
    ),
    _pattern("formula", gettext_noop("Formula"), (gettext_noop("Points ="),), r"điểm = (.+)", "Điểm = {0}"),
    _pattern(
        "line",
        gettext_noop("Step or band"),
        (gettext_noop("Answer or condition"), gettext_noop("Points")),
        r"([^:]+): *(.+)",
        "{0}: {1}",
    ),
    _pattern(
        "definition",
        gettext_noop("Computed"),
        (gettext_noop("Name"), gettext_noop("From figures")),
        r"([^=:]+?) = (.+)",
        "{0} = {1}",
    ),
    _pattern("text", gettext_noop("Line"), (gettext_noop("Text"),), r"(.*)", "{0}"),
)
BY_NAME = {pattern.name: pattern for pattern in PATTERNS}
SAMPLES = {
    Kind.YES_NO: "Có: 1\nKhông: 0",
    Kind.STEPS: "Ban hành kịp thời: 1\nBan hành chậm: 0,5\nKhông ban hành: 0",
    Kind.BANDS: "Từ 90% trở lên: 2\nTừ 70% đến dưới 90%: 1\nDưới 70%: 0",
    Kind.PIECEWISE: "a là số nhiệm vụ được giao\nb là số nhiệm vụ hoàn thành\nTỷ lệ = b / a\nKhi a = 0: không áp dụng\n"
    "Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa\nDưới 80%: 0",
    Kind.LINEAR: "Từ 90% trở lên: 2\nTừ 50% đến dưới 90%: tăng đều từ 0 đến 2\nDưới 50%: 0",
    Kind.LATE: "Đúng hạn: 1\nTrễ từ 1 đến 5 ngày: 0,5\nTrễ trên 5 ngày: 0",
    Kind.PROPORTION: "a là số hồ sơ tiếp nhận\nb là số hồ sơ đúng hạn\nTỷ lệ = b / a\nKhi a = 0: không áp dụng\n"
    "Điểm = tỷ lệ × điểm tối đa",
    Kind.FORMULA: "a là số văn bản\nb là số văn bản đúng hạn\nc là số văn bản trễ hạn\nKhi a = 0: không áp dụng\n"
    "Điểm = (b / a) × 1 + (c / a) × 0,5",
    Kind.RELATIVE: "Điểm = tỷ lệ / tỷ lệ cao nhất × điểm tối đa\nKhi chỉ có một đơn vị: điểm tối đa\n"
    "Khi mẫu số bằng 0: 0",
    Kind.DEDUCTION: "Bắt đầu từ 2\nTrừ 0,25 mỗi báo cáo trễ\nThấp nhất 0",
    Kind.PER_EVENT: "Cộng 1 mỗi sáng kiến\nCao nhất 3",
    Kind.BEST: "Lấy trường hợp có điểm cao nhất\nTrong năm có giải pháp mới: 2\nKhông có: 0\nHoặc\n"
    "Cộng 0,5 mỗi mô hình\nCao nhất 2",
    Kind.PARTS: "Cộng các phần\nĐúng hạn: 1\nTrễ hạn: 0\nVà\nCộng 0,5 mỗi báo cáo đủ nội dung\nCao nhất 1",
    Kind.SURVEY_SHARE: "Khảo sát: tỷ lệ trả lời mức 4, 5 trên 5 mức\nKhi không có phiếu: không áp dụng",
    Kind.SURVEY_WEIGHTS: "Khảo sát: A = 100%, B = 60%, C = 20%, D = 0%\nKhi không có phiếu: không áp dụng",
    Kind.OUTCOME: "Theo kết quả Chỉ số SIPAS: kết quả × điểm tối đa",
    Kind.MANUAL: "Chấm từ 0 đến 1,5 điểm\nTheo mức độ đầy đủ của báo cáo",
}
"""A rule of each kind, ready to be changed."""


def rows(text: str) -> tuple[Row, ...]:
    """The text's lines, each with its fields."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(_row(line) for line in lines)


def _row(line: str) -> Row:
    found = ((pattern, pattern.text.fullmatch(line)) for pattern in PATTERNS)
    pattern, match = next((pattern, match) for pattern, match in found if match)
    return Row(pattern, tuple(match.groups()))


def text(given: Iterable[tuple[str, Iterable[str]]]) -> str:
    """The text of lines, each the name of its pattern and its fields. Lines with nothing in them are left out."""
    lines = []
    for name, fields in given:
        pattern = BY_NAME.get(name, BY_NAME["text"])
        filled = [*(field.strip() for field in fields), "", ""]
        if any(filled):
            lines.append(pattern.written.format(*filled).strip())
    return "\n".join(lines)
