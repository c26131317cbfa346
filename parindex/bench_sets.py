"""What a large criteria set costs on this machine: four levels, 300 leaves, a rule and examples on each."""

from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from criteria.documents.annex_xlsx import annex
from criteria.imports.annex import read
from criteria.models import CriteriaSet, Cycle
from criteria.services import drafting, importing, life
from criteria.tree.nodes import Node, Outline
from parindex.bench import BACKEND, Figure, measured, nothing_stays, page, unit_of
from units.models import Membership, Role, UnitKind, User
from units.selectors import database_now

AREAS, CRITERIA, PARTS, LEAVES = 5, 4, 3, 5
RULE = "Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa\nDưới 80%: 0"
EXAMPLES = "tỷ lệ = 100% → 0,25\ntỷ lệ = 92% → 0,23\ntỷ lệ = 80% → 0,2\ntỷ lệ = 79% → 0"
WORTH = Decimal("0.25")


def large_set() -> Outline:
    """5 areas of 4 criteria of 3 parts of 5 leaves."""
    nodes: list[Node] = []
    for area in range(1, AREAS + 1):
        nodes.append(Node(f"{area}", f"Lĩnh vực {area}", maximum=WORTH * CRITERIA * PARTS * LEAVES))
        for each in range(1, CRITERIA + 1):
            top = f"{area}.{each}"
            nodes.append(Node(top, f"Tiêu chí {top}", f"{area}", WORTH * PARTS * LEAVES))
            for part in range(1, PARTS + 1):
                nodes += _part(f"{top}.{part}", top)
    scale = WORTH * AREAS * CRITERIA * PARTS * LEAVES
    return Outline("Bộ tiêu chí có 300 tiêu chí thành phần", scale, Decimal(0), tuple(nodes))


def _part(code: str, parent: str) -> list[Node]:
    leaves = [
        Node(
            f"{code}.{leaf}",
            f"Mức độ hoàn thành nhiệm vụ được giao tại mục {code}.{leaf} trong năm đánh giá",
            code,
            WORTH,
            rule=RULE,
            examples=EXAMPLES,
            evidence="Báo cáo kết quả thực hiện (kỳ: năm)\nVăn bản giao nhiệm vụ",
        )
        for leaf in range(1, LEAVES + 1)
    ]
    return [Node(code, f"Nội dung {code}", parent, WORTH * LEAVES), *leaves]


def figures(times: int) -> list[Figure]:
    """Editor, pages, import, check and export of the set, inside a transaction that is rolled back."""
    with nothing_stays():
        draft, staff = _draft()
        return [*_pages(draft, staff, times), *_work(draft, staff, max(3, times // 10))]


def _draft() -> tuple[CriteriaSet, User]:
    province = unit_of("bench-s", UnitKind.PROVINCE, None)
    cycle = Cycle.objects.create(
        code="bench-s",
        name="bench",
        year=1,
        authority=province,
        period_start=date(1, 1, 1),
        period_end=date(1, 12, 31),
        issued_at=database_now(),
    )
    staff = User.objects.create(username="bench-s", full_name="bench")
    Membership.objects.create(user=staff, unit=province, role=Role.STAFF, since=date(1, 1, 1))
    return drafting.create(cycle=cycle, kind=UnitKind.DEPARTMENT, outline=large_set(), by=staff), staff


def _pages(draft: CriteriaSet, staff: User, times: int) -> list[Figure]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(staff, backend=BACKEND)
    editor, reading = (reverse(f"criteria:{name}", args=[draft.pk]) for name in ("set_edit", "set"))
    return [
        measured("set editor, 300 leaves", times, lambda _: page(client, editor)),
        measured("set to read, 300 leaves with examples", times, lambda _: page(client, reading)),
    ]


def _work(draft: CriteriaSet, staff: User, times: int) -> list[Figure]:
    """Import means: the file read, and stored as a draft; not the page between both."""
    content = annex(large_set(), heading=("Phụ lục",))

    def import_(number: int) -> None:
        kept = {"cycle": draft.cycle, "kind": UnitKind.DISTRICT, "file_name": "a.xlsx", "content": content}
        upload = importing.keep(**kept, by=staff)  # type: ignore[arg-type]
        outline = read(content).outline
        if outline is None:
            raise RuntimeError("the annex was refused, so its time means nothing")
        importing.confirm(upload=upload, outline=outline, by=staff)

    def check(number: int) -> None:
        life.check(criteria_set=draft, by=staff)

    def export(number: int) -> None:
        annex(large_set(), heading=("Phụ lục",))

    return [
        measured("import of 300 leaves from XLSX", times, import_),
        measured("check of 300 leaves", times, check),
        measured("export of 300 leaves to XLSX", times, export),
    ]
