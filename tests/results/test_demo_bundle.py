"""Practice data: complete, loadable, marked, and the same bytes for a seed."""

import csv
import io
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from assessments.models import Assessment, Receipt
from councils.models import Appraisal, Council
from criteria.models import Cycle
from results.bundle import practice
from results.bundle.papers import PAPERS, pdf
from results.bundle.rows import CriterionRow, Place
from results.imports.folder import read_bundle
from results.services.bundle import load
from tests.factories.bundles import bundle, damage


def leaf(rule: str, maximum: str = "2") -> CriterionRow:
    return CriterionRow(
        Place("x", 1, {}), "department", "1.1", "1", "Tên", Decimal(maximum), "appraisal", "Văn bản", rule, "", ""
    )


def plain_bundle(folder: Path) -> Path:
    """The small bundle as it is before anybody scored."""
    bundle(folder)
    for name in ("scores", "dossiers", "evidence", "appraisals", "survey"):
        (folder / f"{name}.csv").unlink()
    with (folder / "accounts.csv").open("a", encoding="utf-8") as accounts:
        accounts.write("truong.snv,Trưởng Nội Vụ,,SNV,head,2021-01-01\n")
        accounts.write("canbo.sxd,Cán Bộ Xây Dựng,,SXD,officer,2021-01-01\n")
    return folder


def run(folder: Path, out: Path, *arguments: str) -> str:
    told = StringIO()
    call_command("demo_bundle", str(folder), "--out", str(out), *arguments, stdout=told, skip_checks=True)
    return told.getvalue()


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    plain_bundle(tmp_path / "plan")
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        run(tmp_path / "plan", tmp_path / name, "--seed", seed)

    first, second, other = (content(tmp_path / name) for name in "abc")
    assert (first == second, first == other) == (True, False)


def test_draft_waiting_and_finished_units(tmp_path: Path) -> None:
    plain_bundle(tmp_path / "plan")
    with override("en"):
        told = run(tmp_path / "plan", tmp_path / "out", "--seed", "3")

    assert told == f"19 files written to “{tmp_path / 'out'}”.\n"
    scores, appraisals = table(tmp_path / "out", "scores.csv"), table(tmp_path / "out", "appraisals.csv")
    scored = {code: [row["criterion_code"] for row in scores if row["unit_code"] == code] for code in ("SNV", "SXD")}
    assert scored == {"SNV": ["1.1", "1.2"], "SXD": ["1.1"]}
    dossiers = {row["unit_code"]: row["state"] for row in table(tmp_path / "out", "dossiers.csv")}
    assert dossiers == {"SNV": "submitted", "SYT": "submitted"}
    assert [row["criterion_code"] for row in appraisals if row["unit_code"] == "SNV"] == ["1.1", "1.2"]
    # The unit in draft still waits for its survey points.
    assert [row["unit_code"] for row in table(tmp_path / "out", "survey.csv")] == ["SNV", "SYT"]


@pytest.mark.django_db
def test_finished_year_is_appraised_and_closed(tmp_path: Path) -> None:
    plan = plain_bundle(tmp_path / "plan")
    damage(
        plan, "cycle.toml", '[practice]\nwaiting = ["SYT"]', '[files]\nseats = "ghe.csv"\n\n[practice]\nfinished = true'
    )
    damage(plan, "cycle.toml", '\n[[drafts]]\nunit = "SXD"\nscored = 50\n', "")
    damage(plan, "cycle.toml", "survey_points = 4", 'survey_points = 4\nfile = "tieu_chi.csv"')
    (plan / "seats.csv").rename(plan / "ghe.csv")
    (plan / "criteria_department.csv").rename(plan / "tieu_chi.csv")
    run(plan, tmp_path / "out")

    load(bundle=read_bundle(tmp_path / "out"), by=None)

    assert set(Assessment.objects.values_list("state", flat=True)) == {"appraised"}
    council = Council.objects.get()
    assert council.closed_by is not None
    assert (council.state, council.closed_by.username) == ("closed", "chu.tich")
    assert (Receipt.objects.count(), Appraisal.objects.count(), Cycle.objects.count()) == (3, 6, 1)


def test_unit_that_nobody_can_hand_in_stays_a_draft(tmp_path: Path) -> None:
    plan = damage(plain_bundle(tmp_path / "plan"), "accounts.csv", "SNV,head,2021-01-01", "SNV,staff,2021-01-01")
    run(plan, tmp_path / "out")

    assert [row["unit_code"] for row in table(tmp_path / "out", "dossiers.csv")] == ["SYT"]


def test_out_must_be_empty(tmp_path: Path) -> None:
    plain_bundle(tmp_path / "plan")

    with override("en"), pytest.raises(CommandError, match="is not an empty folder"):
        run(tmp_path / "plan", tmp_path / "plan")


def test_bundle_with_problems_is_not_filled(tmp_path: Path) -> None:
    damage(plain_bundle(tmp_path / "plan"), "cycle.toml", "scale = 10", "scale = 11")

    with override("en"), pytest.raises(CommandError, match="The areas add up to 10, the scale is 11"):
        run(tmp_path / "plan", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "rule",
    [
        "Kịp thời: 2; Chậm: 1; Không: 0",
        "Từ 30% trở lên: 2; Từ 20% đến dưới 30%: 0,75; Dưới 20%: 0",
        "Từ 80% trở lên: điểm = tỷ lệ × điểm tối đa; Dưới 80%: 0",
        "Bắt đầu từ 2; Trừ 0,25 mỗi báo cáo trễ; Thấp nhất 0",
        "Điểm = đã nộp / phải nộp × 2; đã nộp là số tiền đã nộp; phải nộp là số tiền phải nộp;"
        " Khi phải nộp = 0: không áp dụng",
        "no rule at all",
        "",
    ],
)
def test_claims_and_rulings_stay_within_the_maximum(rule: str) -> None:
    each, rng = leaf(rule), Random(5)
    for _ in range(300):
        said = practice.claim(rng, each, practice.level(rng, "commune"))
        decided = practice.ruling(rng, each, said, 50)
        for points, applies in ((said.points, not said.not_applicable), (decided.points, not decided.not_applicable)):
            assert (points is not None) == applies
            assert points is None or 0 <= points <= each.max_points
        assert decided.reason or (decided.points, decided.not_applicable) == (said.points, said.not_applicable)


def test_survey_stays_within_the_maximum() -> None:
    rng = Random(5)
    found = [practice.survey(rng, leaf("", "12"), good)[0] for good in range(40, 98)]
    assert all(Decimal(6) < points <= Decimal(12) for points in found)


def test_draft_leaves_out_a_handful_or_the_lower_half() -> None:
    leaves = [leaf("", str(number)) for number in range(1, 21)]
    assert practice.answered(Random(1), leaves, 50) == leaves[:10]
    assert len(practice.answered(Random(1), leaves, 90)) == 18


def test_long_names_run_over_several_lines() -> None:
    short, long = (pdf(PAPERS[3], "UBND tỉnh", name, 2022, 5, "X") for name in ("Sở Y tế", "Sở Y tế và " * 6))

    assert short != long


def test_season_without_documents(tmp_path: Path) -> None:
    run(damage(plain_bundle(tmp_path / "plan"), "cycle.toml", "evidence = 2", "evidence = 0"), tmp_path / "out")

    assert table(tmp_path / "out", "evidence.csv") == []


@pytest.mark.parametrize("paper", PAPERS, ids=[paper.short for paper in PAPERS])
def test_paper_is_small_and_stable(paper: object) -> None:
    made = [pdf(paper, "UBND tỉnh", "Sở Xây dựng", 2022, 5, "DỮ LIỆU TRÌNH DIỄN") for _ in range(2)]  # type: ignore[arg-type]

    assert made[0] == made[1]
    assert len(made[0]) <= 15 * 1024
    document = pypdfium2.PdfDocument(made[0])
    assert len(document) == len(paper.pages)  # type: ignore[attr-defined]
    document.close()
