"""Invented papers for practice: pages that look scanned, each marked as demonstration data, the same bytes every time.

Everything that many papers share is drawn once; a paper adds the few lines that name its unit.
"""

import io
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fontpkg_noto_serif
from PIL import Image, ImageDraw, ImageFont

FONT = Path(fontpkg_noto_serif.__file__).parent / "files" / "NotoSerif[wdth,wght].ttf"
DPI = 96
SIZE = (794, 1123)
LEFT, RIGHT = 110, 735
EPOCH = time.gmtime(0)
WHITE, BLACK = 1, 0


@dataclass(frozen=True)
class Paper:
    """A kind of paper: its abbreviation, its title, the lines of each page."""

    short: str
    title: str
    subject: str
    pages: tuple[tuple[str, ...], ...]


PAPERS = (
    Paper(
        "KH",
        "KẾ HOẠCH",
        "Cải cách hành chính năm {year}",
        (
            (
                "Căn cứ Chương trình tổng thể cải cách hành chính nhà nước;",
                "Căn cứ nhiệm vụ cải cách hành chính được giao trong năm {year};",
                "{name} ban hành Kế hoạch như sau:",
                "I. MỤC TIÊU",
                "1. Hoàn thành đúng hạn các nhiệm vụ được giao trong năm.",
                "2. Nâng cao mức độ hài lòng của người dân, tổ chức.",
                "II. NHIỆM VỤ TRỌNG TÂM",
                "1. Rà soát, đơn giản hóa thủ tục hành chính.",
                "2. Giải quyết hồ sơ đúng hạn, công khai kết quả.",
                "3. Đẩy mạnh dịch vụ công trực tuyến, số hóa hồ sơ.",
                "III. TỔ CHỨC THỰC HIỆN",
                "Các bộ phận báo cáo kết quả hằng quý theo quy định./.",
            ),
        ),
    ),
    Paper(
        "BC",
        "BÁO CÁO",
        "Kết quả thực hiện cải cách hành chính năm {year}",
        (
            (
                "{name} báo cáo kết quả như sau:",
                "I. KẾT QUẢ ĐẠT ĐƯỢC",
                "1. Công tác chỉ đạo, điều hành: ban hành đủ văn bản.",
                "2. Cải cách thể chế: rà soát văn bản theo kế hoạch.",
                "3. Cải cách thủ tục hành chính: công khai đầy đủ.",
                "4. Cải cách chế độ công vụ: giữ vững kỷ luật, kỷ cương.",
                "5. Xây dựng chính quyền điện tử, chính quyền số.",
                "(Số liệu chi tiết tại trang 2)",
            ),
            (
                "SỐ LIỆU KÈM THEO BÁO CÁO",
                "1. Hồ sơ tiếp nhận: 1.248; giải quyết đúng hạn: 1.221.",
                "2. Hồ sơ nộp trực tuyến: 702; thanh toán trực tuyến: 455.",
                "3. Văn bản ký số: 3.106 trên 3.187 văn bản phát hành.",
                "4. Công chức được bồi dưỡng: 41 trên 48 người.",
                "Số liệu trên trang này là số liệu trình diễn.",
            ),
        ),
    ),
    Paper(
        "TB",
        "THÔNG BÁO",
        "Kết quả tự kiểm tra công tác cải cách hành chính năm {year}",
        (
            (
                "{name} thông báo kết quả tự kiểm tra:",
                "1. Số bộ phận được kiểm tra: 6 trên 6 bộ phận.",
                "2. Ưu điểm: quy trình được niêm yết, cập nhật kịp thời.",
                "3. Tồn tại: 02 hồ sơ trễ hạn, đã gửi thư xin lỗi.",
                "4. Yêu cầu khắc phục xong trước ngày 30 của tháng sau./.",
            ),
        ),
    ),
    Paper(
        "QĐ",
        "QUYẾT ĐỊNH",
        "Về việc phân công nhiệm vụ cải cách hành chính năm {year}",
        (
            (
                "Xét đề nghị của bộ phận tham mưu cải cách hành chính,",
                "Điều 1. Phân công lãnh đạo phụ trách từng lĩnh vực.",
                "Điều 2. Bộ phận một cửa thực hiện theo quy chế ban hành.",
                "Điều 3. Quyết định có hiệu lực kể từ ngày ký.",
                "Các tổ chức, cá nhân liên quan thi hành Quyết định này./.",
            ),
        ),
    ),
)


def pdf(paper: Paper, superior: str, name: str, year: int, number: int, watermark: str) -> bytes:
    """The paper as a PDF of one-bit pages (about 5 to 15 KB); the same arguments give the same bytes."""
    pages = list(_pages(paper, superior, name, year, number, watermark))
    out = io.BytesIO()
    pages[0].save(
        out,
        "PDF",
        resolution=DPI,
        save_all=True,
        append_images=pages[1:],
        title=f"{paper.title.capitalize()} · {watermark}",
        creationDate=EPOCH,
        modDate=EPOCH,
    )
    return out.getvalue()


def _pages(paper: Paper, superior: str, name: str, year: int, number: int, watermark: str) -> Iterator[Image.Image]:
    first = _base(watermark).copy()
    pen = ImageDraw.Draw(first)
    _centred(pen, (LEFT, 400), 64, superior.upper(), 14)
    for row, line in enumerate(_wrapped(name.upper(), 15, 290)):
        _centred(pen, (LEFT, 400), 84 + 20 * row, line, 15, bold=True)
    _centred(pen, (LEFT, 400), 130, f"Số: {number:02d}/{paper.short}", 15)
    _centred(pen, (400, RIGHT), 130, f"ngày {number % 27 + 1:02d} tháng {number % 9 + 1:02d} năm {year}", 14)
    _centred(pen, (LEFT, RIGHT), 200, paper.title, 19, bold=True)
    _centred(pen, (LEFT, RIGHT), 230, paper.subject.format(year=year), 16, bold=True)
    lines = [line.format(name=name, year=year) for line in paper.pages[0]]
    _body(pen, lines, 285)
    yield first
    for page in paper.pages[1:]:
        yield _later_page(page, watermark)


@cache
def _later_page(lines: tuple[str, ...], watermark: str) -> Image.Image:
    """A page that names no unit: the same for all."""
    page = _marked(watermark)
    _body(ImageDraw.Draw(page), lines, 120)
    return page


@cache
def _base(watermark: str) -> Image.Image:
    """The first page of every paper: watermark, national emblem lines, rules."""
    page = _blank(watermark).copy()
    pen = ImageDraw.Draw(page)
    _centred(pen, (400, RIGHT), 64, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True)
    _centred(pen, (400, RIGHT), 84, "Độc lập - Tự do - Hạnh phúc", 15, bold=True)
    pen.line((490, 108, 645, 108), fill=BLACK)
    pen.line((300, 262, 545, 262), fill=BLACK)
    return page


@cache
def _blank(watermark: str) -> Image.Image:
    """A marked page with the watermark in outline across it."""
    font = _font(60, True)
    box = font.getbbox(watermark, stroke_width=1)
    label = Image.new("1", (int(box[2]) + 8, int(box[3]) + 8), WHITE)
    pen = ImageDraw.Draw(label)
    pen.fontmode = "1"
    pen.text((4, 0), watermark, font=font, fill=WHITE, stroke_width=1, stroke_fill=BLACK)
    turned = label.rotate(38, expand=True, fillcolor=WHITE)
    page = _marked(watermark)
    page.paste(turned, ((SIZE[0] - turned.width) // 2, (SIZE[1] - turned.height) // 2 + 60))
    return page


def _marked(watermark: str) -> Image.Image:
    """An empty page that says above and below what it is."""
    page = Image.new("1", SIZE, WHITE)
    pen = ImageDraw.Draw(page)
    for top in (24, SIZE[1] - 50):
        _centred(pen, (0, SIZE[0]), top, watermark, 17, bold=True)
    return page


def _body(pen: ImageDraw.ImageDraw, lines: Sequence[str], top: int) -> None:
    for line in lines:
        for part in _wrapped(line, 16, RIGHT - LEFT):
            _text(pen, (LEFT, top), part, 16)
            top += 27
        top += 6


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), size)
    font.set_variation_by_axes([700 if bold else 400, 100])
    return font


@cache
def _width(word: str, size: int) -> int:
    return math.ceil(_font(size, False).getlength(word))


@cache
def _wrapped(text: str, size: int, width: int) -> tuple[str, ...]:
    """Lines no wider than ``width``, added up word by word: most words stand in many papers."""
    lines: list[str] = []
    used, space = 0, _width(" ", size)
    for word in text.split():
        wide = _width(word, size)
        if lines and used + space + wide <= width:
            lines[-1] += f" {word}"
            used += space + wide
        else:
            lines.append(word)
            used = wide
    return tuple(lines)


@cache
def _drawn(text: str, size: int, bold: bool) -> Image.Image:
    """The text as a mask. Most lines stand in many papers."""
    font = _font(size, bold)
    box = font.getbbox(text)
    mask = Image.new("1", (int(box[2]) + 2, int(box[3]) + 2), 0)
    pen = ImageDraw.Draw(mask)
    pen.fontmode = "1"
    pen.text((0, 0), text, font=font, fill=1)
    return mask


def _text(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, bold: bool = False) -> None:
    pen.bitmap(at, _drawn(text, size, bold), fill=BLACK)


def _centred(
    pen: ImageDraw.ImageDraw, between: tuple[int, int], top: int, text: str, size: int, bold: bool = False
) -> None:
    width = _drawn(text, size, bold).width
    _text(pen, ((between[0] + between[1] - width) // 2, top), text, size, bold)
