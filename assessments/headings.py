"""Number, date, issuer, abstract, signer, effect and period out of the text of a Vietnamese official document.

The layout is that of Nghị định 30/2020/NĐ-CP. Text from a PDF comes with odd line breaks and with its two columns mixed
(``Số: 59/KH-UBND Hương Sơn, ngày 19 tháng 4 năm 2024``), so each part is looked for by itself. What is not found stays
empty: a person confirms every value before it counts. Plain Python.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from criteria.tree.evidence import days

UPPER = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
LOWER = "a-zđàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
SYMBOL = rf"[{UPPER}][{UPPER}a-z0-9]*"
NAME = rf"[{UPPER}][{LOWER}]+"
HEAD_LINES = 45
LONGEST_ABSTRACT = 600
LONGEST_ISSUER = 200
MARKS = re.compile(r"[*_#]+|<[^>]{1,20}>")

NUMBER = re.compile(rf"\bSố\s*[:.]?\s*(\d{{1,6}}[a-z]?)\s*/\s*((?:\d{{4}}\s*/\s*)?{SYMBOL}(?:\s*[-–]\s*{SYMBOL})*)")
DAY_WORDS = r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})"
PLACE = rf"(?:(?:TP\.?|T\.P\.?)\s*)?{NAME}(?:\s+{NAME}){{0,4}}\s*,\s*"
DATED = re.compile(rf"{PLACE}{DAY_WORDS}")
DATELINE = re.compile(rf"(?:{PLACE})?ngày\s*\d{{0,2}}\s*tháng\s*\d{{0,2}}\s*năm\s*\d{{4}}")
BROKEN_DATE = re.compile(rf"({PLACE}ngày\b[^\n]{{0,20}})\n(?=[^\n]{{0,12}}(?:tháng|năm)\b)|(,\s*)\n(?=ngày\b)")
DAY = rf"(?:{DAY_WORDS}|(?:ngày\s*)?(\d{{1,2}})\s*[/.-]\s*(\d{{1,2}})\s*[/.-]\s*(\d{{4}}))"

STATE = re.compile(r"CỘNG\s+HÒA\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|CỘNG\s+HOÀ\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM")
MOTTO = re.compile(r"Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc", re.IGNORECASE)
RULE = re.compile(r"[-–_=]{3,}")
KINDS = (
    "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH",
    "CHỈ THỊ",
    "QUY CHẾ",
    "QUY ĐỊNH",
    "THÔNG BÁO",
    "HƯỚNG DẪN",
    "CHƯƠNG TRÌNH",
    "KẾ HOẠCH",
    "PHƯƠNG ÁN",
    "ĐỀ ÁN",
    "BÁO CÁO",
    "BIÊN BẢN",
    "TỜ TRÌNH",
    "CÔNG ĐIỆN",
    "GIẤY MỜI",
    "THÔNG TƯ",
    "NGHỊ ĐỊNH",
)
KIND = re.compile(rf"^({'|'.join(KINDS)})\b[ .:]*(.*)$")
AGENCIES = (
    "ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND|HỘI ĐỒNG|HĐND|VĂN PHÒNG|THANH TRA|CHI CỤC|TỔNG CỤC|TRUNG TÂM|KHO BẠC|"
    "NGÂN HÀNG|BẢO HIỂM|CÔNG AN|TRƯỜNG|BỆNH VIỆN|VIỆN|QUỸ|THỦ TƯỚNG|CHÍNH PHỦ|BAN|BỘ|SỞ|PHÒNG|CỤC|THUẾ|ĐOÀN|TỔ"
)
AGENCY = re.compile(rf"^(?:{AGENCIES})\b")
ISSUES = re.compile(
    r"[;.,:]\s+((?:UBND|Ủy ban nhân dân|Sở|Phòng|Bộ|Ban|Cục|Văn phòng)\b[^.,;:()]{0,60}?)\s+ban hành\s+"
    r"(?:Kế hoạch|Báo cáo|Thông báo|Hướng dẫn|Chương trình|Quyết định)"
)
LEVELS = ("TỈNH", "THÀNH PHỐ", "TP.", "TP", "HUYỆN", "QUẬN", "THỊ XÃ", "THỊ TRẤN", "XÃ", "PHƯỜNG", "ĐẶC KHU")
SHOUTED = re.compile(rf"^[{UPPER}0-9 ,.–()-]+$")
ABOUT = re.compile(r"\bV/v\s*[:.]?\s*", re.IGNORECASE)
BODY = re.compile(
    r"^(?:Căn cứ|Thực hiện|Xét |Kính gửi|Theo |Ngày |Nhằm |Để |Điều 1|Phần |Chương |Trên cơ sở|Tiếp theo|Sau khi|"
    r"I\.|1\.|Số:|Hôm nay|Triển khai thực hiện (?:Quyết định|Kế hoạch|Nghị quyết|Công văn|Chỉ thị|Chương trình)|"
    r"Quyết định này|Được sự|Vừa qua|Phúc đáp|Trân trọng|\()",
)
DECIDES = re.compile(
    rf"^(?:CHỦ TỊCH|ỦY BAN|UỶ BAN|GIÁM ĐỐC|HỘI ĐỒNG|BỘ TRƯỞNG|TRƯỞNG|CHÁNH|CỤC TRƯỞNG|CHI CỤC)[{UPPER} ,–-]*:?$"
)
OFFICE = re.compile(
    r"(?:\b(?:TM|KT|TL|TUQ|Q)\s*\.|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG PHÒNG|TRƯỞNG BAN|CHÁNH VĂN PHÒNG|"
    r"CHÁNH THANH TRA|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|BỘ TRƯỞNG|THỦ TƯỚNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|TRƯỞNG ĐOÀN))\b"
)
SIGNED = re.compile(rf"(?:^|[.;:]\s+|\s{{2,}})({NAME}(?:\s+[{UPPER}][{LOWER}]*){{1,4}})$")
NO_NAMES = re.compile(
    r"^(?:Nơi|Sở|Bộ|Ban|Phòng|Văn|Trung|Huyện|Thành|Thường|Như|Lưu|Hội|Công|Tỉnh|Chủ|Phó|Ủy|Cục|Các|Đảng|Mặt|Cổng)\b"
)
EFFECT = re.compile(
    rf"có\s+hiệu\s+lực\s+(?:thi\s+hành\s+)?(?:kể\s+)?từ\s+(?:(?P<signed>ngày\s+(?:ký|ban\s+hành))|{DAY})", re.IGNORECASE
)
FIGURES = re.compile(
    rf"(?:số\s+liệu|kỳ\s+báo\s+cáo|thời\s+(?:gian|kỳ)\s+(?:báo\s+cáo|đánh\s+giá|lấy\s+số\s+liệu)|tính)[^.;\d]{{0,40}}"
    rf"từ\s+{DAY}\s*(?:đến|tới)\s*(?:hết\s+)?{DAY}",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"[,;]?\s*(?:và\s+)?(?:phương hướng|nhiệm vụ trọng tâm|nhiệm vụ công tác|dự kiến|kế hoạch công tác)\b"
)
CITED = re.compile(
    r"\bsố\s*\d+\S*(?:\s*,?\s*ngày\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4})?|ngày\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
)


@dataclass(frozen=True)
class Heading:
    """What a document says of itself; empty or None where it does not, or where it could not be read.

    ``abstract`` has at most 600 characters; ``period``: first and last day of its figures.
    """

    kind: str = ""
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    abstract: str = ""
    signer: str = ""
    effective_from: date | None = None
    period: tuple[date, date] | None = None


def read(text: str) -> Heading:
    """The heading of the document with this text; every text can be read.

    >>> found = read("SỞ NỘI VỤ\\nSố: 59/KH-SNV  Hà Tĩnh, ngày 19 tháng 4 năm 2024\\nKẾ HOẠCH\\nKiểm tra CCHC")
    >>> found.number, found.issuer, str(found.issued_on), found.abstract
    ('59/KH-SNV', 'Sở Nội vụ', '2024-04-19', 'Kiểm tra CCHC')
    """
    lines = _lines(text)
    top = lines[:HEAD_LINES]
    place = _kind_at(top)
    head = _before_body(top if place is None else top[:place])
    number, issued = _number(head, top), _issued(top)
    abstract = _about(head) if place is None else _abstract(lines, place)
    plain = " ".join(lines)
    return Heading(
        kind=_kind(top, place),
        number=number,
        issued_on=issued,
        issuer=_issuer(head, plain) or _issuing(plain),
        abstract=abstract,
        signer=_signer(lines),
        effective_from=_effect(plain, issued),
        period=_period(abstract, plain),
    )


def _lines(text: str) -> list[str]:
    """Lines without marks, rules and blanks at their ends; broken lines of place and date put together."""
    plain = unicodedata.normalize("NFC", text.replace("\0", " ").replace("\u00a0", " "))
    plain = MARKS.sub("", plain)
    plain = BROKEN_DATE.sub(lambda found: f"{found[1] or found[2]} ", plain)
    kept = (re.sub(r"[ \t\r\f]+", " ", RULE.sub(" ", line)).strip() for line in plain.splitlines())
    return [line for line in kept if line]


# ---- number and date


def _number(head: Sequence[str], top: Sequence[str]) -> str:
    """From the part above the title, else from anywhere near the top that begins a line."""
    found = NUMBER.search(" ".join(head))
    if not found:
        found = next((each for each in map(NUMBER.match, top) if each), None)
    if not found:
        return ""
    symbol = re.sub(r"\s+", "", found[2]).replace("–", "-")
    return f"{found[1]}/{symbol}"


def _issued(top: Sequence[str]) -> date | None:
    """The date behind a place name: dates of other documents are cited without one."""
    found = DATED.search(" ".join(top))
    return _date(*found.groups()) if found else None


def _date(*parts: str | None) -> date | None:
    """A date of the first three parts that are given; None where there is no such day."""
    day, month, year = (int(each) for each in parts if each is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


# ---- issuer


def _issuer(head: Iterable[str], plain: str) -> str:
    """The lower of the two agencies on the left, in the spelling of the body where it is named there."""
    found: list[str] = []
    for line in head:
        piece = _left(line)
        if not piece or not SHOUTED.match(piece):
            if found and not STATE.search(line) and not MOTTO.search(line):
                break
            continue
        if AGENCY.match(piece):
            found = [piece] if not _ends_open(found) else [*found, piece]
        elif found:
            found.append(piece)
    # Cut before it is spelt: a whole page of capitals in one line is no agency, and spelling it took seconds.
    return _spelt(" ".join(found)[:LONGEST_ISSUER].rstrip(), plain) if found else ""


def _issuing(plain: str) -> str:
    """The agency that says in the body that it issues the document: not one of which another was cited."""
    found = ISSUES.search(plain)
    return found[1] if found else ""


def _left(line: str) -> str:
    """The line without what the right column holds: the state's name, the motto, the date; and without a number."""
    piece = DATELINE.sub(" ", MOTTO.sub(" ", STATE.sub(" ", line)))
    return re.split(r"\bSố\b", piece)[0].rstrip(" .;:").lstrip(" -–.,;:")


def _ends_open(found: Sequence[str]) -> bool:
    """Whether the name goes on in the next line: behind “và”, a dash or a comma, or an office of another agency."""
    if not found:
        return False
    return found[-1].endswith(("-", "–", ",", " VÀ")) or found[-1] in {"VĂN PHÒNG", "THANH TRA"}


def _spelt(shouted: str, plain: str) -> str:
    """In the spelling of the body, where the agency is named there in small letters."""
    own = _lowered(shouted)
    for found in re.finditer(re.escape(own), plain, re.IGNORECASE):
        if not found[0].isupper():
            return found[0][0].upper() + found[0][1:]
    return own


def _lowered(shouted: str) -> str:
    """As officials write it: capitals at the beginning, behind “và”, a dash or a comma, and in names of places.

    >>> _lowered("SỞ KẾ HOẠCH VÀ ĐẦU TƯ"), _lowered("UBND THỊ XÃ KỲ ANH")
    ('Sở Kế hoạch và Đầu tư', 'UBND thị xã Kỳ Anh')
    """
    words = shouted.split()
    made: list[str] = []
    is_place, is_begun = False, True
    place = 0
    while place < len(words):
        level = _level(words, place)
        if level and made:
            made += level.lower().split()
            place += len(level.split())
            is_place, is_begun = True, False
            continue
        made.append(_word(words[place], is_place or is_begun))
        is_begun = _begins_after(words, place)
        place += 1
    return " ".join(made)


def _level(words: Sequence[str], place: int) -> str:
    """The word of a level of government that stands here: XÃ, but not that of XÃ HỘI."""
    if words[place : place + 2] == ["XÃ", "HỘI"]:
        return ""
    return next((each for each in LEVELS if words[place : place + len(each.split())] == each.split()), "")


AGENCY_WORDS = frozenset({"SỞ", "PHÒNG", "BAN", "BỘ", "CỤC", "THUẾ", "VIỆN", "QUỸ"})


def _begins_after(words: Sequence[str], place: int) -> bool:
    """Whether the word behind this one begins a part of the name."""
    word = words[place]
    return word in {"VÀ", "-", "–"} or word.endswith(",") or (word in AGENCY_WORDS and place == 0)


def _word(word: str, capital: bool) -> str:
    if word in {"UBND", "HĐND", "HĐTĐ", "CCHC"}:
        return word
    if word == "VÀ":
        return "và"
    return word.capitalize() if capital else word.lower()


# ---- title and abstract


def _kind_at(top: Sequence[str]) -> int | None:
    """The line of the title, such as KẾ HOẠCH."""
    return next((place for place, line in enumerate(top) if KIND.match(line)), None)


def _kind(top: Sequence[str], place: int | None) -> str:
    if place is None:
        return "công văn" if any(ABOUT.search(line) for line in top) else ""
    found = KIND.match(top[place])
    return found[1].lower() if found else ""


def _before_body(head: Sequence[str]) -> list[str]:
    """The lines down to the first one of the body; of a letter those above “Kính gửi”."""
    end = next((place for place, line in enumerate(head) if line.startswith(("Kính gửi", "Căn cứ"))), len(head))
    return list(head[:end])


def _about(head: Sequence[str]) -> str:
    """The abstract of a letter: behind “V/v”, under its number, perhaps with place and date between its lines."""
    plain = DATELINE.sub(" ", " ".join(head))
    plain = MOTTO.sub(" ", STATE.sub(" ", plain))
    found = ABOUT.search(plain)
    return _trimmed(plain[found.end() :]) if found else ""


def _abstract(lines: Sequence[str], place: int) -> str:
    """What stands under the title, until the body begins."""
    found = KIND.match(lines[place])
    pieces = [found[2]] if found and found[2] else []
    for line in lines[place + 1 : place + 14]:
        if BODY.match(line) or DECIDES.match(line) or (pieces and _is_done(pieces[-1], line)):
            break
        pieces.append(line)
    return _trimmed(DATELINE.sub(" ", " ".join(pieces)))


def _is_done(last: str, line: str) -> bool:
    """Whether the abstract ended before this line: it closed with a full stop, or a numbered part begins."""
    return last.endswith((".", ":", "./.")) or bool(re.match(r"[IVX]+\s*[.-]|\d+\s*[.)]|[A-Z]\.", line))


def _trimmed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .:;-–")[:LONGEST_ABSTRACT]


# ---- signer, effect, period


def _signer(lines: Sequence[str]) -> str:
    """The name below the last office before an annex."""
    end = next((place for place, line in enumerate(lines) if place > 5 and line.startswith("PHỤ LỤC")), len(lines))
    body = lines[:end]
    places = [place for place, line in enumerate(body) if OFFICE.search(line) and not DECIDES.match(f"{line}:x")]
    places = [place for place in places if place >= min(8, len(body) // 3)]
    if not places:
        # A scan's office may be lost: the last line is a name only where nothing else stands in it.
        last = SIGNED.match(body[-1]) if len(body) > 8 else None
        return last[1] if last and not NO_NAMES.match(last[1]) else ""
    first = max(0, places[-1] - 1)
    for line in reversed(body[first : places[-1] + 25]):
        found = SIGNED.search(line)
        if found and not NO_NAMES.match(found[1]) and not line.endswith((";", ",", ":")):
            return found[1]
    return ""


def _effect(plain: str, issued: date | None) -> date | None:
    found = EFFECT.search(plain)
    if not found:
        return None
    if found["signed"]:
        return issued
    return _date(*found.groups()[1:])


def _period(abstract: str, plain: str) -> tuple[date, date] | None:
    """The days that the figures are said to be of; else the period that the abstract names."""
    if found := FIGURES.search(plain):
        parts = found.groups()
        first, last = _date(*parts[:6]), _date(*parts[6:])
        if first and last and first <= last:
            return first, last
    said = AHEAD.split(abstract)[0]
    return days(CITED.sub(" ", said))
