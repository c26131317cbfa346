"""The season of three units, one of each group, walked from the score sheet to the public page."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pypdfium2

from tests.flows import steps
from tests.flows.oracle import Oracle

CYCLE = "2022"
PROVINCE = "42"


@dataclass(frozen=True)
class Practised:
    """A unit that is walked through the whole season."""

    code: str
    kind: str
    group: str
    officer: str
    head: str


@dataclass(frozen=True)
class Season:
    """What the walk left: the run's and the public page's path, and the decision as PDF."""

    run: str
    public: str
    paper: bytes


UNITS = (
    Practised("SXD", "department", "Sở, ban, ngành", "canbo.sxd", "truong.sxd"),
    Practised("439", "district", "UBND các huyện", "canbo.huongson", "truong.huongson"),
    Practised("KBNN", "central_agency", "Cơ quan Trung ương", "canbo.kbnn", "truong.kbnn"),
)
MEMBERS = ("hd.snv", "hd.vpub", "hd.tttt", "hd.tc", "hd.tp", "hd.khcn", "hd.khdt", "hd.tt", "hd.thue", "hd.chutich")
KINDS = ("department", "district", "central_agency")


def walk(chromium: Any, address: str, oracle: Oracle, folder: Path) -> Season:
    """Steps 2 to 6; the oracle is told what was decided on the way."""
    codes = {name: code for kind in KINDS for code, name in oracle.units(kind, PROVINCE).items()}
    for unit in UNITS:
        hand_in(chromium, address, unit, folder)
    appraise(chromium, address, oracle, codes)
    bring_survey_points(chromium, address, oracle, folder)
    run = compute(chromium, address)
    return Season(run, *decide(chromium, address, run))


def hand_in(chromium: Any, address: str, unit: Practised, folder: Path) -> None:
    """Step 2: the officer fills the sheet, the head finds it as it was left, checks and submits."""
    paper = blank_paper(folder / f"{unit.code}.pdf")
    with steps.signed_in(chromium, address, unit.officer) as page:
        steps.open_sheet(page, CYCLE)
        said = steps.fill_sheet(page, paper)
    with steps.signed_in(chromium, address, unit.head) as page:
        steps.open_sheet(page, CYCLE)
        assert steps.read_sheet(page) == said
        steps.submit(page)


def blank_paper(path: Path) -> Path:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(path)
    return path


def appraise(chromium: Any, address: str, oracle: Oracle, codes: dict[str, str]) -> None:
    """Step 3: every member works off the queue; the chair closes."""
    done = 0
    for member in MEMBERS:
        with steps.signed_in(chromium, address, member, pictures=False) as page:
            page.locator("a[href*='/queue/']").first.click()
            done += steps.appraise_all(page, oracle.decided, codes, every=6)
    assert done >= sum(len(oracle.leaves(unit.kind)) - 3 for unit in UNITS)
    with steps.signed_in(chromium, address, "hd.chutich") as page:
        page.locator("a[href*='/progress/']").first.click()
        page.locator("a[href$='/close/']").click()
        page.locator("form button.btn-danger").click()
        page.wait_for_url(re.compile(r"/progress/"))


def bring_survey_points(chromium: Any, address: str, oracle: Oracle, folder: Path) -> None:
    """Step 4: the form lists what is missing; one figure too large is refused by its cell, mended, and taken."""
    with steps.signed_in(chromium, address, "chuyenvien.snv") as page:
        page.locator("a[href*='/survey/']").first.click()
        with page.expect_download() as download:
            page.locator("a[href$='/form.xlsx']").click()
        download.value.save_as(folder / "form.xlsx")
        points = fill_form(folder / "form.xlsx", folder / "wrong.xlsx", wrong=True)
        bring(page, folder / "wrong.xlsx")
        assert page.locator("main", has_text="99,5").count()
        page.go_back()
        assert fill_form(folder / "form.xlsx", folder / "right.xlsx") == points
        bring(page, folder / "right.xlsx")
        page.locator("form[action$='/confirm/'] button[type=submit]").click()
        page.wait_for_url(re.compile(r"/survey-imports/\d+/"))
    assert {unit for unit, _ in points} == {unit.code for unit in UNITS}
    oracle.decided.update(points)


def bring(page: Any, file: Path) -> None:
    page.set_input_files("input[type=file]", file)
    page.locator("form[enctype] button[type=submit]").click()
    page.locator("form[action$='/confirm/']").wait_for()


def fill_form(form: Path, out: Path, *, wrong: bool = False) -> dict[tuple[str, str], Fraction]:
    """Write figures into the form's empty cells, in words of Excel as it comes: with a decimal comma."""
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "Điểm" for cell in row))
    at = {str(cell.value): int(cell.column or 0) for cell in head}
    points: dict[tuple[str, str], Fraction] = {}
    for row in range(int(head[0].row or 0) + 1, sheet.max_row + 1):
        unit, code = (sheet.cell(row, at[name]).value for name in ("Mã đơn vị", "Mã tiêu chí"))
        if unit:
            points[str(unit), str(code)] = Fraction(3 + row % 2) / 4 + 2
            typed = "99,5" if wrong and len(points) == 2 else f"{float(points[str(unit), str(code)]):.2f}"
            sheet.cell(row, at["Điểm"]).value = typed.replace(".", ",")
            sheet.cell(row, at["Số phiếu hợp lệ"]).value = 100 + row
    book.save(out)
    return points


def compute(chromium: Any, address: str) -> str:
    """Step 5: start the computation, watch the bar, open the run. The run's path."""
    with steps.signed_in(chromium, address, "chuyenvien.snv") as page:
        page.locator("a[href$='/progress/'][href*='/tiers/']").first.click()
        page.locator("form[action$='/compute/'] button[type=submit]").click()
        steps.wait_for_job(page)
        page.wait_for_url(re.compile(r"/runs/\d+/"))
        return str(urlsplit(page.url).path)


def decide(chromium: Any, address: str, run: str) -> tuple[str, bytes]:
    """Step 6: the staff drafts, the chairman approves and publishes. The public path and the decision as PDF."""
    with steps.signed_in(chromium, address, "chuyenvien.snv") as page:
        page.goto(f"{run}decision/")
        page.fill("form.decision-form [name=number]", "3152/QĐ-UBND")
        page.locator("form.decision-form button[type=submit]").click()
        steps.wait_for_job(page)
        page.wait_for_url(re.compile(r"/decisions/\d+/"))
        page.locator("#document a[href$='.pdf']").wait_for(timeout=60_000)
        decision = urlsplit(page.url).path
    with chromium.new_context(base_url=address) as outside:
        assert outside.request.get(f"{decision}decision.pdf", max_redirects=0).status == 302
    with steps.signed_in(chromium, address, "chutich.tinh") as page:
        page.goto(decision)
        page.locator("a[href$='/approve/']").click()
        steps.prove_it_is_you(page)
        page.check("form [name=read]")
        page.locator("main form .btn-primary").click()
        page.wait_for_url(re.compile(f"{decision}$"))
        page.locator("form[action$='/publish/'] button[type=submit]").click()
        public = page.locator("main a[href*='/public/']").first
        public.wait_for()
        path = public.get_attribute("href")
        paper = page.request.get(f"{decision}decision.pdf").body()
    return path, paper
