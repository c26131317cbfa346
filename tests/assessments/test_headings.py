"""What is read out of the text of official documents, measured on two hundred of them and on short real ones."""

import doctest
from collections import Counter
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import headings
from assessments.headings import Heading, read
from tests.assessments.letters import Truth, letters
from tests.timing import stopwatch

NAMES = [each.name for each in fields(Truth)]


def right(seed: int) -> dict[str, int]:
    """How many of two hundred documents have each of the fields as it is."""
    found: Counter[str] = Counter()
    for letter in letters(200, seed):
        got = read(letter.text)
        found.update(name for name in NAMES if getattr(got, name) == getattr(letter.truth, name))
    return found


# The first set was looked at while the reading was written; the others were not.
@pytest.mark.parametrize("seed", [30, 1, 2])
def test_at_least_95_percent_of_every_field_is_right(seed: int) -> None:
    counted = right(seed)

    assert {name: counted[name] for name in NAMES if counted[name] < 190} == {}


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(headings).failed == 0


# Excerpts of real plans (2019-2024), which lost their left column or their date on the way.
PLANS = {
    "Số: /KH-UBND\n\nHà Tĩnh, ngày tháng năm 2022\n\n## **KẾ HOẠCH**\n\n### **Triển khai xác định Chỉ số cải cách hành "
    "chính năm 2022 tại các sở, ban, ngành cấp tỉnh**\n\nTriển khai thực hiện Quyết định số 2125/QĐ-UBND ngày "
    "17/10/2022 của UBND tỉnh; UBND tỉnh ban hành Kế hoạch như sau:\n\n#### **I. MỤC ĐÍCH**\n\n- Bộ Nội vụ;\n"
    "- Lưu: VT, NC<sub>1</sub>.\n\n**TM. ỦY BAN NHÂN DÂN**\n\n**KT. CHỦ TỊCH**\n\n**PHÓ CHỦ TỊCH**\n\n"
    "**Nguyễn Hồng Lĩnh**": Heading(
        kind="kế hoạch",
        issuer="UBND tỉnh",
        abstract="Triển khai xác định Chỉ số cải cách hành chính năm 2022 tại các sở, ban, ngành cấp tỉnh",
        signer="Nguyễn Hồng Lĩnh",
        period=(date(2022, 1, 1), date(2022, 12, 31)),
    ),
    "\nSố: 59/KH-UBND\n\nHương Sơn, ngày 19 tháng 4 năm 2024\n\nKẾ HOẠCH\n\nKiểm tra, đánh giá công tác cải cách hành "
    "chính nhà nước năm 2024\n\nThực hiện Quyết định số 762/QĐ-UBND ngày 01/4/2024 của UBND tỉnh Hà Tĩnh ban hành Kế "
    "hoạch kiểm tra; UBND huyện Hương Sơn ban hành Kế hoạch với các nội dung như sau:\n\n2. Yêu cầu\n\n"
    "- Công thông tin điện tử Hương Sơn;\n- Lưu: VT, NV.\n\nTM.ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n"
    "Hồ Thái Sơn": Heading(
        kind="kế hoạch",
        number="59/KH-UBND",
        issued_on=date(2024, 4, 19),
        issuer="UBND huyện Hương Sơn",
        abstract="Kiểm tra, đánh giá công tác cải cách hành chính nhà nước năm 2024",
        signer="Hồ Thái Sơn",
        period=(date(2024, 1, 1), date(2024, 12, 31)),
    ),
    "**KẾ HOẠCH**  \n**Triển khai tự chấm điểm xác định**\n**Chỉ số cải cách hành chính tỉnh Thái Nguyên năm 2019**\n\n"
    "Thực hiện Quyết định số 1000/QĐ-BNV ngày 24/11/2019 của Bộ Nội vụ ban hành Kế hoạch triển khai; UBND tỉnh Thái "
    "Nguyên ban hành Kế hoạch sau:\n\n**Nơi nhận:**\n\n- TT. Tỉnh ủy;\n- TT. HĐND tỉnh;\n- Trung tâm Thông tin tỉnh;\n"
    "- Lưu: VT, KSTTHC. Huongnt.CCHC\n\n\n\nVũ Hồng Bắc": Heading(
        kind="kế hoạch",
        issuer="UBND tỉnh Thái Nguyên",
        abstract="Triển khai tự chấm điểm xác định Chỉ số cải cách hành chính tỉnh Thái Nguyên năm 2019",
        signer="Vũ Hồng Bắc",
        period=(date(2019, 1, 1), date(2019, 12, 31)),
    ),
}


@pytest.mark.parametrize(("text", "expected"), PLANS.items(), ids=["Hà Tĩnh", "Hương Sơn", "Thái Nguyên"])
def test_real_plans(text: str, expected: Heading) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Heading()),
        ("Danh sách cán bộ\nNguyễn Văn A", Heading()),
        # A day that there is not, and numbers of other documents, are not this one's.
        ("Hà Tĩnh, ngày 31 tháng 02 năm 2024", Heading()),
        ("Căn cứ Quyết định số 762/QĐ-UBND ngày 01/4/2024 của UBND tỉnh", Heading()),
        (
            "VĂN PHÒNG\nỦY BAN NHÂN DÂN TỈNH\nSố 5/BC-VP\nBÁO CÁO\nQuý 5 năm 2022.\nHết",
            Heading(
                kind="báo cáo",
                number="5/BC-VP",
                issuer="Văn phòng ủy ban nhân dân tỉnh",
                abstract="Quý 5 năm 2022",
                period=(date(2022, 1, 1), date(2022, 12, 31)),
            ),
        ),
        # The number stands below the title; effect counts from the day of signing, which is not known.
        (
            "QUYẾT ĐỊNH: Ban hành Quy chế\nSố: 7/QĐ-BNV\nQuyết định này có hiệu lực kể từ ngày ký.",
            Heading(kind="quyết định", number="7/QĐ-BNV", abstract="Ban hành Quy chế"),
        ),
        # Figures from a later day to an earlier one are a slip: the abstract's period stays.
        (
            "BÁO CÁO\nCCHC năm 2023\nCăn cứ\nSố liệu từ ngày 31/12/2023 đến ngày 01/01/2023.",
            Heading(kind="báo cáo", abstract="CCHC năm 2023", period=(date(2023, 1, 1), date(2023, 12, 31))),
        ),
        # Nobody signs who is only a recipient.
        ("KẾ HOẠCH\nA\nCăn cứ\nb\nc\nd\ne\nf\ng\nh\nCHỦ TỊCH\nSở Nội Vụ", Heading(kind="kế hoạch", abstract="A")),
        ("KẾ HOẠCH\nA\nCăn cứ\nb\nc\nd\ne\nf\ng\nh\nSở Nội Vụ", Heading(kind="kế hoạch", abstract="A")),
        (
            "KẾ HOẠCH\nA\nCăn cứ\nb\nc\nd\nGIÁM ĐỐC\nLê Văn Ba\nPHỤ LỤC 1\nHuyện Can Lộc\nGIÁM ĐỐC\nTrần Văn Bốn",
            Heading(kind="kế hoạch", abstract="A", signer="Lê Văn Ba"),
        ),
    ],
)
def test_little_or_misleading_text(text: str, expected: Heading) -> None:
    assert read(text) == expected


@given(
    st.text(alphabet=st.sampled_from(list("Số:/-ngày thán năm SỞ NỘI VỤ V/v KẾ HOẠCH 0123456789\n.,")), max_size=300)
)
def test_any_text_can_be_read(text: str) -> None:
    assert len(read(text).abstract) <= headings.LONGEST_ABSTRACT


def test_a_page_of_capitals_is_an_issuer_of_two_hundred_letters_at_most() -> None:
    assert read("UBND XÃ SƠN " * 1000).issuer == ("UBND xã Sơn " * 17)[:200].rstrip()


@pytest.mark.parametrize(
    "piece", ["Hà Tĩnh, ", "số liệu từ ngày 1 ", "UBND ", "Số: 1/A-", "TM. ", "ngày 1 tháng 1 năm "]
)
def test_long_texts_are_read_in_time(piece: str) -> None:
    """Nothing backtracks: a megabyte of beginnings of what is looked for takes seconds at the very most."""
    text = piece * (1_000_000 // len(piece))

    with stopwatch() as taken:
        read(text)

    assert taken() < 10
