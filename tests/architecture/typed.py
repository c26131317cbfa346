"""What people send to the addresses of ``access.csv``."""

import io
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

# What a person who may do it sends, by URL name (or by the word after ``with=``). Nothing: an empty form.
DATA: dict[str, Callable[[], dict[str, Any]]] = {
    "set_language": lambda: {"language": "en"},
    "assessments:save": lambda: {"points": "1", "explanation": "Chậm một ngày", "version": "1"},
    "assessments:carry": lambda: {"source": "@last-year"},
    "another-source": lambda: {"source": "0"},
    "assessments:attach": lambda: {"files": SimpleUploadedFile("bao-cao.pdf", page("bao-cao"), "application/pdf")},
    "assessments:report_section": lambda: {"text": "Còn chậm", "version": "0"},
    "assessments:report_drop": lambda: {"version": "0"},
    "assessments:upload_begin": lambda: {"key": "khoa-0002", "name": "b.pdf", "size": "100"},
    "assessments:library_add": lambda: {"files": SimpleUploadedFile("bao-cao.pdf", page("bao-cao"), "application/pdf")},
    "assessments:library_upload": lambda: {"key": "khoa-0003", "name": "b.pdf", "size": "100"},
    "assessments:upload": lambda: {
        "offset": "0",
        "sha256": sha256(b"x").hexdigest(),
        "piece": SimpleUploadedFile("p", b"x"),
    },
    "assessments:return": lambda: {"note": "Bổ sung tài liệu tiêu chí 1.1"},
    "assessments:return_withdraw": lambda: {"note": "Đơn vị không nộp lại"},
    "assessments:pass_on": lambda: {"step": "writer"},
    "assessments:send_back": lambda: {"note": "Xem lại tiêu chí 1.1"},
    "assessments:signing": lambda: {"writer_signs": "on", "head_signs": "on"},
    "assessments:document_confirm": lambda: {"number": "12/BC-SXD", "issued_on": "05/12/2022"},
    "assessments:document_share": lambda: {"reason": "Quyết định chung của tỉnh"},
    "assessments:document_access": lambda: {"username": "officer"},
    "assessments:document_class": lambda: {"class": "confidential"},
    "assessments:citation": lambda: {"place": "mục II", "page": "1"},
    "assessments:place": lambda: {"place": "trang 3"},
    "ended-as-seen": lambda: {"seen": ""},
    "assessments:exemption_ask": lambda: {"reason": "Không có thủ tục hành chính"},
    "assessments:exemption_decide": lambda: {"decision": "refuse", "answer": "Đơn vị có thủ tục hành chính"},
    "assessments:exemption_withdraw": lambda: {"answer": "Văn bản bị bãi bỏ"},
    "assessments:save_part": lambda: {"points": "1", "explanation": "Đủ", "version": "0"},
    "assessments:delegation_add": lambda: {"text": "1.2", "owner": "SXD", "role": "lead"},
    "assessments:delegation_paste": lambda: {"rows": "1.2\tSXD"},
    "assessments:delegation_edit": lambda: {"text": "1", "owner": "SXD", "role": "lead"},
    "assessments:delegation_settle": lambda: {"elsewhere": "1", "reason": "Đo bằng điều tra"},
    "assessments:delegation_document": lambda: {"document": "Kế hoạch 05/KH"},
    "assessments:delegation_reopen": lambda: {"reason": "Đổi người"},
    "assessments:delegation_done": lambda: {"note": "Đã gửi"},
    "units:divisions": lambda: {"name": "Phòng Hai"},
    "units:division": lambda: {"name": "Phòng Ba"},
    "units:division_place": lambda: {"division": ""},
    "councils:decide": lambda: {"decision": "change", "points": "1", "reason": "Chậm", "expected": "0", "seen": "1"},
    "assessments:request": lambda: {"answer": "Văn bản số 12/BC-SXD"},
    "councils:judge": lambda: {"verdict": "refused", "refusal": "not_issued", "note": ""},
    "councils:ask": lambda: {"text": "Văn bản nào?", "due_at": in_two_days(), "otherwise": "Không cho điểm"},
    "councils:request_close": lambda: {"outcome": "accept"},
    "councils:return": lambda: {"note": "Bổ sung tài liệu tiêu chí 1.1"},
    "councils:close": lambda: {"even_if_unfinished": "on", "reason": "Đơn vị không nộp"},
    "councils:reopen": lambda: {"reason": "Có khiếu nại"},
    "criteria:extension": lambda: {"act": "approve"},
    "criteria:carried": lambda: {"kind": "settings"},
    "criteria:edit_save": lambda: {"operations": '[{"op": "up", "code": "1.2"}]'},
    "criteria:edit_head": lambda: {"seen": "0", "title": "Bộ tiêu chí mới", "scale": "10"},
    "criteria:edit_node": lambda: {"act": "down"},
    "criteria:set_issue": lambda: {"number": "2125/QĐ-UBND", "issued_on": "2022-10-17", "signer": "Người ký"},
    "criteria:set_discard": lambda: {"reason": "Làm lại từ đầu"},
    "criteria:legal_new": lambda: {"number": "76/NQ-CP", "issuer": "Chính phủ"},
    "criteria:legal_document": lambda: {"number": "30/2020/NĐ-CP", "is_repealed": "on"},
    "results:decision_new": lambda: {
        "number": "36/QĐ-UBND",
        "place": "Thử",
        "date": "2022-12-30",
        "signer": "Người ký",
        "signer_office": "CHỦ TỊCH",
        "on_behalf_of": "TM. ỦY BAN NHÂN DÂN",
        "grounds": "Luật Tổ chức chính quyền địa phương",
    },
    "results:decision_approve": lambda: {"read": "on"},
    "results:publish": lambda: {"when": "now"},
    "results:withdraw": lambda: {"reason": "Sai sót"},
}


def in_two_days() -> str:
    """An instant while the appraisal of the season goes on, as it is typed."""
    return f"{timezone.localtime() + timedelta(days=2):%d/%m/%Y %H:%M}"


def page(comment: str) -> bytes:
    """A PDF of one blank page that differs by its comment."""
    page = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(page, "PDF")
    return page.getvalue() + f"%{comment}".encode()
