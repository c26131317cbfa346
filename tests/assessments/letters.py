"""Two hundred official documents as the text of a PDF comes out: kinds, layouts and broken lines, with the truth."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

PLACES = {
    "Hà Tĩnh": ("UBND TỈNH HÀ TĨNH", "tỉnh Hà Tĩnh"),
    "Thái Nguyên": ("UBND TỈNH THÁI NGUYÊN", "tỉnh Thái Nguyên"),
    "Lào Cai": ("ỦY BAN NHÂN DÂN TỈNH LÀO CAI", "tỉnh Lào Cai"),
    "Sơn La": ("UBND TỈNH SƠN LA", "tỉnh Sơn La"),
}
# What the heading says, line by line, and what an official writes.
DEPARTMENTS = (
    (("SỞ NỘI VỤ",), "Sở Nội vụ", "SNV", "GIÁM ĐỐC"),
    (("SỞ XÂY DỰNG",), "Sở Xây dựng", "SXD", "GIÁM ĐỐC"),
    (("SỞ KẾ HOẠCH VÀ ĐẦU TƯ",), "Sở Kế hoạch và Đầu tư", "SKHĐT", "GIÁM ĐỐC"),
    (("SỞ NÔNG NGHIỆP", "VÀ PHÁT TRIỂN NÔNG THÔN"), "Sở Nông nghiệp và Phát triển nông thôn", "SNN", "GIÁM ĐỐC"),
    (("SỞ LAO ĐỘNG -", "THƯƠNG BINH VÀ XÃ HỘI"), "Sở Lao động - Thương binh và Xã hội", "SLĐTBXH", "GIÁM ĐỐC"),
    (("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",), "Sở Văn hóa, Thể thao và Du lịch", "SVHTTDL", "GIÁM ĐỐC"),
    (("THANH TRA TỈNH",), "Thanh tra tỉnh", "TTr", "CHÁNH THANH TRA"),
    (("BAN DÂN TỘC",), "Ban Dân tộc", "BDT", "TRƯỞNG BAN"),
)
LOCALITIES = (
    (("ỦY BAN NHÂN DÂN", "HUYỆN HƯƠNG SƠN"), "Ủy ban nhân dân huyện Hương Sơn", "Hương Sơn"),
    (("UBND HUYỆN ĐỨC THỌ",), "UBND huyện Đức Thọ", "Đức Thọ"),
    (("ỦY BAN NHÂN DÂN", "THỊ XÃ KỲ ANH"), "Ủy ban nhân dân thị xã Kỳ Anh", "Kỳ Anh"),
    (("UBND XÃ SƠN GIANG",), "UBND xã Sơn Giang", "Sơn Giang"),
    (("ỦY BAN NHÂN DÂN", "PHƯỜNG NAM HÀ"), "Ủy ban nhân dân phường Nam Hà", "Nam Hà"),
    (("UBND THÀNH PHỐ HÀ TĨNH",), "UBND thành phố Hà Tĩnh", "Hà Tĩnh"),
)
SIGNERS = (
    "Nguyễn Hồng Lĩnh",
    "Hồ Thái Sơn",
    "Vũ Hồng Bắc",
    "Bùi Khắc Bằng",
    "Trần Thị Ánh Tuyết",
    "Đặng Văn Ý",
    "Lê Ngọc Châu",
    "Phạm Đăng Nhật",
)
NAMED = {
    "KẾ HOẠCH": "KH",
    "BÁO CÁO": "BC",
    "THÔNG BÁO": "TB",
    "TỜ TRÌNH": "TTr",
    "QUYẾT ĐỊNH": "QĐ",
    "NGHỊ QUYẾT": "NQ",
}
ABOUT = {
    "KẾ HOẠCH": ("Cải cách hành chính nhà nước {period}", "Kiểm tra, đánh giá công tác cải cách hành chính {period}"),
    "BÁO CÁO": (
        "Kết quả thực hiện công tác cải cách hành chính {period}",
        "Kết quả công tác cải cách hành chính {period}, phương hướng, nhiệm vụ {next}",
        "Tự đánh giá, chấm điểm Chỉ số cải cách hành chính {period} của đơn vị trên các lĩnh vực được giao",
    ),
    "THÔNG BÁO": ("Kết luận kiểm tra công tác cải cách hành chính {period}",),
    "TỜ TRÌNH": ("Về việc phê duyệt kết quả Chỉ số cải cách hành chính {period}",),
    "QUYẾT ĐỊNH": (
        "Về việc ban hành Kế hoạch cải cách hành chính {period}",
        "Ban hành Quy chế tiếp công dân",
        "Về việc công bố Danh mục thủ tục hành chính được sửa đổi, bổ sung thuộc phạm vi chức năng quản lý của đơn vị",
    ),
    "NGHỊ QUYẾT": ("Về nhiệm vụ phát triển kinh tế - xã hội {period}",),
    "CÔNG VĂN": (
        "báo cáo kết quả thực hiện công tác cải cách hành chính {period}",
        "đôn đốc thực hiện chế độ báo cáo cải cách hành chính {period}",
    ),
}
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Truth:
    number: str
    issued_on: date
    issuer: str
    abstract: str
    signer: str
    effective_from: date | None
    period: tuple[date, date] | None


@dataclass(frozen=True)
class Letter:
    kind: str
    text: str
    truth: Truth


def letters(count: int = 200, seed: int = 30) -> Iterator[Letter]:
    dice = random.Random(seed)
    for place in range(count):
        yield _letter(dice, place)


def _period(dice: random.Random) -> tuple[str, tuple[date, date], int]:
    year = dice.randint(2019, 2025)
    words = dice.choice(("năm", "quý", "6 tháng đầu năm", "9 tháng đầu năm", "tháng", "giai đoạn"))
    if words == "quý":
        quarter = dice.randint(1, 4)
        first = date(year, 3 * quarter - 2, 1)
        return f"quý {('I', 'II', 'III', 'IV')[quarter - 1]} năm {year}", (first, _end(year, 3 * quarter)), year
    if words == "tháng":
        month = dice.randint(1, 12)
        return f"tháng {month} năm {year}", (date(year, month, 1), _end(year, month)), year
    if words == "giai đoạn":
        return f"giai đoạn {year}-{year + 5}", (date(year, 1, 1), date(year + 5, 12, 31)), year
    last = {"năm": 12, "6 tháng đầu năm": 6, "9 tháng đầu năm": 9}[words]
    return f"{words} {year}", (date(year, 1, 1), _end(year, last)), year


def _end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _letter(dice: random.Random, place: int) -> Letter:
    kind = [*ABOUT][place % len(ABOUT)]
    words, span, year = _period(dice)
    pattern = dice.choice(ABOUT[kind])
    abstract = pattern.format(period=words, next=f"năm {year + 1}")
    above, names, issuer, town, sign, office = _agency(dice)
    day = date(year, 1, 1) + timedelta(days=dice.randint(0, 500))
    symbol = f"{sign}-CCHC" if kind == "CÔNG VĂN" else f"{NAMED[kind]}-{sign}"
    number = f"{dice.randint(1, 4000):02d}/{symbol}"
    if kind == "QUYẾT ĐỊNH" and dice.random() < 0.3:
        number = f"{dice.randint(1, 90)}/{day.year}/QĐ-{sign}"
    signer = dice.choice(SIGNERS)
    effect, effect_words = _effect(dice, kind, day)
    if "{period}" not in pattern:
        span_or_none: tuple[date, date] | None = None
    else:
        span_or_none = span
    figures = ""
    if kind == "BÁO CÁO" and dice.random() < 0.3:
        first, last = date(year - 1, 12, 15), date(year, 12, 14)
        figures = f"Số liệu báo cáo được tính từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}."
        span_or_none = (first, last)
    truth = Truth(number, day, issuer, abstract, signer, effect, span_or_none)
    left = [*([above] if above else []), *names]
    head = _head(dice, left, number, town, day, abstract if kind == "CÔNG VĂN" else "")
    body = _body(dice, kind, abstract, issuer, effect_words, figures)
    return Letter(kind, _worn(dice, "\n".join([*head, *body, *_foot(dice, office, signer)])), truth)


def _agency(dice: random.Random) -> tuple[str, tuple[str, ...], str, str, str, str]:
    if dice.random() < 0.5:
        names, issuer, sign, office = dice.choice(DEPARTMENTS)
        town = dice.choice([*PLACES])
        return PLACES[town][0], names, issuer, town, sign, office
    names, issuer, town = dice.choice(LOCALITIES)
    return "", names, issuer, town, "UBND", "CHỦ TỊCH"


def _effect(dice: random.Random, kind: str, day: date) -> tuple[date | None, str]:
    if kind not in {"QUYẾT ĐỊNH", "NGHỊ QUYẾT"}:
        return None, ""
    later = day + timedelta(days=dice.randint(5, 40))
    return dice.choice(
        (
            (day, "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký."),
            (later, f"Điều 2. Quyết định này có hiệu lực từ ngày {later:%d/%m/%Y}."),
            (
                later,
                f"Điều 2. Có hiệu lực thi hành kể từ ngày {later.day:02d} tháng {later.month:02d} năm {later.year}.",
            ),
        )
    )


def _head(dice: random.Random, left: list[str], number: str, town: str, day: date, about: str) -> list[str]:
    """The two columns in one of the ways in which a text layer mixes them."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    dated = f"{town}, ngày {day.day:02d} tháng {month} năm {day.year}"
    numbered = dice.choice((f"Số: {number}", f"Số:  {number}", f"Số: {number.replace('/', ' /', 1)}", f"Số {number}"))
    subject = (
        [f"V/v {piece}" if not place else piece for place, piece in enumerate(_wrapped(about, 38))] if about else []
    )
    way = dice.choice(("rows", "columns", "right first", "broken"))
    if way == "columns":
        return [*left, numbered, *subject, STATE, MOTTO, dated]
    if way == "right first":
        return [STATE, MOTTO, *left, dated, numbered, *subject]
    right = [STATE, MOTTO]
    wide = max(len(left), len(right))
    rows = [
        "   ".join(filter(None, (left[n] if n < len(left) else "", right[n] if n < len(right) else "")))
        for n in range(wide)
    ]
    if way == "broken":
        dated = dated.replace(" năm", "\nnăm") if not about else dated
        numbered = numbered.replace(": ", ":\n", 1)
    return [*rows, f"{numbered}   {dated}", *subject]


def _body(dice: random.Random, kind: str, abstract: str, issuer: str, effect: str, figures: str) -> list[str]:
    cited = dice.choice(
        (
            "Căn cứ Quyết định số 762/QĐ-UBND ngày 01/4/2018 của UBND tỉnh ban hành Kế hoạch;",
            "Thực hiện Kế hoạch số 365/KH-UBND ngày 05 tháng 10 năm 2017 của UBND tỉnh về cải cách hành chính,",
        )
    )
    says = f"{issuer} tổng hợp tình hình như sau:"
    points = ["I. TÌNH HÌNH CHUNG", "1. Công tác chỉ đạo, điều hành", "- Đã tổ chức 04 cuộc họp giao ban;", figures]
    if kind == "CÔNG VĂN":
        return ["Kính gửi: Các phòng, ban, đơn vị trực thuộc.", cited, says, *points]
    title = [kind, *_wrapped(abstract, dice.choice((45, 60, 90)))]
    if kind == "QUYẾT ĐỊNH":
        decider = dice.choice(("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "GIÁM ĐỐC SỞ NỘI VỤ"))
        articles = ["QUYẾT ĐỊNH:", "Điều 1. Ban hành kèm theo Quyết định này các nội dung được giao.", effect]
        return [*title, decider, cited, *articles]
    return [*title, cited, says, *points, effect]


def _foot(dice: random.Random, office: str, signer: str) -> list[str]:
    sends = ["- Như trên;", "- UBND tỉnh (báo cáo);", "- Sở Nội vụ Hà Tĩnh;", "- Lưu: VT, NV."]
    above = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"] if office == "CHỦ TỊCH" else [office]
    if dice.random() < 0.5:
        return ["Nơi nhận:", *sends, *above, signer]
    rows = ["Nơi nhận:   " + above[0], *(f"{a}   {b}" for a, b in zip(sends, above[1:], strict=False))]
    return [*rows, *sends[len(above) - 1 :][:-1], f"- Lưu: VT, NV.   {signer}"]


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _worn(dice: random.Random, text: str) -> str:
    """What extraction does to a text: blank lines, marks of bold, trailing blanks, a rule below the motto."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda each: each,
        lambda each: each.replace("\n", "\n\n"),
        lambda each: each.replace("\n", "  \r\n"),
        lambda each: "\n".join(f"**{line}**" if line.isupper() else line for line in each.split("\n")),
        lambda each: each.replace(MOTTO, f"{MOTTO}\n-------------"),
    )
    return dice.choice(ways)(text)
