"""A small bundle on disk: a province, three departments, one criteria set, two dossiers, one of them appraised."""

from pathlib import Path

from results.bundle.papers import PAPERS, pdf

FILES = {
    "cycle.toml": """code = "nho-2022"
name = "Kỳ nhỏ năm 2022"
year = 2022
authority = "P"
period_start = 2022-01-01
period_end = 2022-12-31
is_demo = true

[settings]
tie_rule = "dense"

[[bands]]
name = "Tốt"
lower = 80

[[bands]]
name = "Yếu"
lower = 0

[[tiers]]
code = "tinh"
name = "Cấp tỉnh"
authority = "P"
standing_body = "Sở Nội vụ"

[[groups]]
tier = "tinh"
code = "so"
name = "Sở, ban, ngành"
kind = "department"
parent = "P"

[[phases]]
kind = "self_scoring"
unit_kind = "department"
opens_at = 2022-10-18T00:00:00+07:00
closes_at = 2022-12-05T17:00:00+07:00
reading = "đến 17:00 ngày 05/12/2022"

[[phases]]
kind = "appraisal"
unit_kind = "department"
opens_at = 2022-11-01T00:00:00+07:00
closes_at = 2022-12-25T00:00:00+07:00
reading = "trước ngày 25/12/2022"

[[sets]]
kind = "department"
title = "Bộ tiêu chí sở"
scale = 10
survey_points = 4

[practice]
waiting = ["SYT"]
evidence = 2
watermark = "DỮ LIỆU TRÌNH DIỄN"

[[drafts]]
unit = "SXD"
scored = 50
""",
    "units.csv": """code,name,kind,parent_code,valid_from,valid_until
P,UBND tỉnh Thử,province,,,
SNV,Sở Nội vụ,department,P,,
SXD,Sở Xây dựng,department,P,2000-01-01,
SXD,Sở Xây dựng cũ,department,P,1990-01-01,2000-01-01
SYT,Sở Y tế,department,P,,
""",
    "criteria_department.csv": """code,parent_code,name,max_points,method,evidence,rule
1,,Chỉ đạo điều hành,6,appraisal,,
1.1,1,Kế hoạch,2,appraisal,Kế hoạch,Kịp thời: 2; Chậm: 1; Không: 0
1.2,1,Báo cáo,4,appraisal,,Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; Dưới 80%: 0
2,,Tác động,4,survey,,
2.1,2,Hài lòng,4,survey,,
""",
    "councils.csv": """tier,name,decision
tinh,Hội đồng thẩm định,Quyết định số 1
""",
    "seats.csv": """tier,username,agency_code,agency_name,role
tinh,chu.tich,P,UBND tỉnh,chair
tinh,hd.snv,SNV,Sở Nội vụ,member
tinh,hd.sxd,SXD,Sở Xây dựng,member
""",
    "assignments.csv": """tier,username,kind,criterion_code
tinh,hd.snv,department,1
tinh,hd.sxd,department,1.2
""",
    "accounts.csv": """username,full_name,position,unit_code,role,since
chu.tich,Chủ Tịch,Phó Chủ tịch,,,
hd.snv,Người Nội Vụ,,,,
hd.sxd,Người Xây Dựng,,,,
canbo.syt,Cán Bộ,Chuyên viên,SYT,officer,2021-01-01
truong.syt,Trưởng Sở,Giám đốc,SYT,head,2021-01-01
""",
    "scores.csv": """unit_code,criterion_code,points,not_applicable,explanation
SYT,1.1,2,,Đã ban hành
SYT,1.2,3.5,,
SXD,1.1,,1,Không phát sinh
""",
    "dossiers.csv": """unit_code,state,submitted_at,submitted_by
SYT,appraised,2022-11-02T08:00:00+07:00,truong.syt
""",
    "evidence.csv": """unit_code,criterion_code,file,place
SYT,1.1,evidence/ke-hoach.pdf,trang 1
SYT,1.2,evidence/ke-hoach.pdf,
""",
    "appraisals.csv": """unit_code,criterion_code,username,points,not_applicable,reason,decided_at
SYT,1.1,hd.snv,2,,,2022-11-03T08:00:00+07:00
SYT,1.2,hd.sxd,3,,Báo cáo thiếu một quý,2022-11-03T09:00:00+07:00
""",
    "survey.csv": """unit_code,criterion_code,points,respondents
SYT,2.1,3.25,80
""",
}
PAPER = pdf(PAPERS[0], "UBND tỉnh Thử", "Sở Y tế", 2022, 7, "DỮ LIỆU TRÌNH DIỄN")


def bundle(folder: Path, **files: str) -> Path:
    """Write the bundle. ``files`` replace whole files: ``units_csv="…"``, ``cycle_toml="…"``."""
    changed = {name.replace("_csv", ".csv").replace("_toml", ".toml"): text for name, text in files.items()}
    for name, text in {**FILES, **changed}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "evidence").mkdir(exist_ok=True)
    (folder / "evidence" / "ke-hoach.pdf").write_bytes(PAPER)
    return folder


def damage(folder: Path, name: str, old: str, new: str) -> Path:
    """Replace text that stands exactly once in a file of the bundle."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder
