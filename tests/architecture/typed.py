"""What people send to the addresses of ``access.csv``."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

# What a person who may do it sends, by URL name (or by the word after ``with=``). Nothing: an empty form.
DATA: dict[str, Callable[[], dict[str, Any]]] = {
    "set_language": lambda: {"language": "en"},
    "assessments:save": lambda: {"points": "1", "explanation": "Chậm một ngày", "version": "1"},
    "assessments:attach": lambda: {"files": SimpleUploadedFile("bao-cao.pdf", page("bao-cao"), "application/pdf")},
    "assessments:return": lambda: {"note": "Bổ sung tài liệu tiêu chí 1.1"},
    "assessments:place": lambda: {"place": "trang 3"},
    "ended-as-seen": lambda: {"seen": ""},
    "assessments:exemption_ask": lambda: {"reason": "Không có thủ tục hành chính"},
    "assessments:exemption_decide": lambda: {"decision": "refuse", "answer": "Đơn vị có thủ tục hành chính"},
    "assessments:exemption_withdraw": lambda: {"answer": "Văn bản bị bãi bỏ"},
    "councils:decide": lambda: {"decision": "change", "points": "1", "reason": "Chậm", "expected": "0", "seen": "1"},
    "councils:close": lambda: {"even_if_unfinished": "on", "reason": "Đơn vị không nộp"},
    "councils:reopen": lambda: {"reason": "Có khiếu nại"},
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


def page(comment: str) -> bytes:
    """A PDF of one blank page that differs by its comment."""
    page = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(page, "PDF")
    return page.getvalue() + f"%{comment}".encode()
