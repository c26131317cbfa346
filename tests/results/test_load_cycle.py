"""Loading a bundle: what it becomes, twice the same, never by halves."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import models
from django.utils.translation import override

from assessments.models import Assessment, Citation, Evidence, Receipt, Score
from assessments.selectors.sheets import sheet
from assessments.services.freezing import canonical
from councils.models import Appraisal, Assignment, Council, Seat
from criteria.models import Band, CriteriaSet, Criterion, Cycle, Lineage, Phase, RankingGroup, Tier
from results.bundle.rows import Refused
from results.imports.folder import in_words, read_bundle
from results.services.bundle import load
from surveys.models import SurveyPoint
from tests.factories import rows
from tests.factories.bundles import PAPER, bundle, damage
from units.audit import first_break
from units.models import AuditEvent, Membership, Unit, User

pytestmark = pytest.mark.django_db
OWN = ("units", "criteria", "assessments", "surveys", "councils", "results")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def counts() -> dict[str, int]:
    """Rows of every table of ours."""
    found: list[type[models.Model]] = [model for name in OWN for model in apps.get_app_config(name).get_models()]
    return {model.__name__: model._default_manager.count() for model in found}


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def refusal(folder: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        load(bundle=read_bundle(folder), by=None)
    return [in_words(problem) for problem in refused.value.problems]


def run(*arguments: object) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("load_cycle", *map(str, arguments), stdout=out, stderr=err, skip_checks=True)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_load_writes_every_table(tmp_path: Path) -> None:
    before = counts()

    loaded = load(bundle=read_bundle(bundle(tmp_path / "b")), by=None)

    made = {name: count - before[name] for name, count in counts().items() if count != before[name]}
    events = made.pop("AuditEvent")
    assert made.pop("DayOff") > 20  # The public holidays of the measured year and of the next.
    assert made == {
        "Unit": 5,
        "User": 5,
        "Membership": 2,
        "Cycle": 1,
        "Band": 2,
        "Tier": 1,
        "RankingGroup": 1,
        "Phase": 2,
        "CriteriaSet": 1,
        "Criterion": 5,
        "Assessment": 3,
        "Score": 3,
        "Evidence": 1,
        "Citation": 2,
        "Receipt": 1,
        "SurveyPoint": 1,
        "Council": 1,
        "Seat": 3,
        "Assignment": 2,
        "Appraisal": 2,
    }
    assert (events, first_break(), loaded.changed) == (11, None, True)
    assert loaded.counts == {
        "units": 5,
        "people": 5,
        "roles": 2,
        "tiers": 1,
        "groups": 1,
        "phases": 2,
        "criteria": 5,
        "councils": 1,
        "seats": 3,
        "dossiers": 3,
        "scores": 3,
        "citations": 2,
        "receipts": 1,
        "appraisals": 2,
        "survey_points": 1,
    }


def test_load_keeps_what_the_files_say(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "b")), by=None)

    cycle = Cycle.objects.get(code="nho-2022")
    assert (cycle.tie_rule, cycle.unscored, cycle.is_demo, cycle.authority.name) == (
        "dense",
        "zero",
        True,
        "UBND tỉnh Thử",
    )
    assert list(Band.objects.values_list("name", "lower")) == [("Tốt", Decimal(80)), ("Yếu", Decimal(0))]
    appraisal = Phase.objects.get(kind="appraisal")
    assert appraisal.closes_at == datetime(2022, 12, 24, 17, tzinfo=UTC)
    assert appraisal.reading == "trước ngày 25/12/2022"
    tree = Criterion.objects.values_list("code", "parent__code", "depth", "is_leaf", "max_points").order_by("position")
    assert list(tree) == [
        ("1", None, 0, False, Decimal(6)),
        ("1.1", "1", 1, True, Decimal(2)),
        ("1.2", "1", 1, True, Decimal(4)),
        ("2", None, 0, False, Decimal(4)),
        ("2.1", "2", 1, True, Decimal(4)),
    ]
    old, new = Unit.objects.filter(code="SXD").order_by("valid_from")
    assert (old.name, old.valid_until, new.valid_from) == ("Sở Xây dựng cũ", date(2000, 1, 1), date(2000, 1, 1))
    assert (new.folded, new.parent) == ("so xay dung", Unit.objects.get(code="P"))
    assert not User.objects.get(username="truong.syt").has_usable_password()
    assert Membership.objects.get(user__username="truong.syt").unit.code == "SYT"


def test_load_keeps_who_decided_what(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "b")), by=None)

    dossiers = Assessment.objects.order_by("unit__code").values_list("unit__code", "state", "submitted_by__username")
    assert list(dossiers) == [("SNV", "draft", None), ("SXD", "draft", None), ("SYT", "appraised", "truong.syt")]
    changed = Appraisal.objects.get(criterion__code="1.2")
    assert (changed.by.username, changed.self_points, changed.points, changed.is_changed) == (
        "hd.sxd",
        Decimal("3.5"),
        Decimal(3),
        True,
    )
    score = Score.objects.get(assessment__unit__code="SYT", criterion__code="1.2")
    assert (score.final_points, score.final_reason) == (Decimal(3), "Báo cáo thiếu một quý")
    assert (score.updated_by, score.updated_at) == (
        User.objects.get(username="canbo.syt"),
        datetime(2022, 11, 2, 1, tzinfo=UTC),
    )
    draft = Score.objects.get(assessment__unit__code="SXD")
    assert (draft.points, draft.not_applicable, draft.final_points, draft.updated_by) == (None, True, None, None)
    point = SurveyPoint.objects.get()
    assert (point.unit.code, point.points, point.respondents) == ("SYT", Decimal("3.25"), 80)
    assert (Council.objects.get().state, CriteriaSet.objects.get().scale) == ("open", Decimal(10))
    assert list(Seat.objects.values_list("user__username", "role")) == [
        ("chu.tich", "chair"),
        ("hd.snv", "member"),
        ("hd.sxd", "member"),
    ]
    assert list(Assignment.objects.values_list("seat__user__username", "criterion__code")) == [
        ("hd.snv", "1"),
        ("hd.sxd", "1.2"),
    ]
    assert RankingGroup.objects.get().tier == Tier.objects.get()


def test_load_stores_a_document_once_and_cites_it_twice(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "b")), by=None)

    evidence = Evidence.objects.get()
    assert (evidence.name, evidence.content_type, evidence.pages) == ("ke-hoach.pdf", "application/pdf", 1)
    assert evidence.folded == "ke-hoach.pdf"
    with evidence.file.open() as file:
        assert file.read() == PAPER
    places = Citation.objects.order_by("pk").values_list("score__criterion__code", "place")
    assert list(places) == [("1.1", "trang 1"), ("1.2", "")]


def test_receipt_is_the_one_that_submission_would_write(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "b")), by=None)

    receipt = Receipt.objects.select_related("assessment__unit", "by").get()
    assert receipt.content == canonical(sheet(receipt.assessment), 1, receipt.at, receipt.by)
    assert (receipt.points, receipt.maximum, receipt.number) == (Decimal("5.5"), Decimal(6), 1)


def test_load_twice_changes_nothing(tmp_path: Path) -> None:
    bundle(tmp_path / "b")
    load(bundle=read_bundle(tmp_path / "b"), by=None)
    before = counts()

    again = load(bundle=read_bundle(tmp_path / "b"), by=None)

    assert (again.changed, again.counts, counts()) == (False, {}, before)


def test_load_of_the_same_code_with_other_content_refused(tmp_path: Path) -> None:
    bundle(tmp_path / "b")
    load(bundle=read_bundle(tmp_path / "b"), by=None)
    before = counts()
    damage(tmp_path / "b", "survey.csv", "3.25", "3.5")

    assert refusal(tmp_path / "b") == [
        "cycle.toml:1:8: The cycle “nho-2022” was loaded before from other content. Nothing was changed: give the"
        " changed bundle another code, or load it into an empty database."
    ]
    assert counts() == before


def test_load_of_next_year_shares_units_and_people(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "a")), by=None)
    bundle(tmp_path / "b")
    damage(tmp_path / "b", "cycle.toml", 'code = "nho-2022"', 'code = "nho-2023"')
    damage(tmp_path / "b", "cycle.toml", "is_demo = true", 'previous = "nho-2022"')
    text = (tmp_path / "b" / "criteria_department.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{text[0]},previous_code", *(f"{line}," for line in text[1:-1]), f"{text[-1]},1.2"]
    (tmp_path / "b" / "criteria_department.csv").write_text("\n".join(lines), encoding="utf-8")

    loaded = load(bundle=read_bundle(tmp_path / "b"), by=rows.user("nguoi.nap"))

    made = {name: loaded.counts[name] for name in ("units", "people", "roles", "criteria")}
    assert made == {"units": 0, "people": 0, "roles": 0, "criteria": 5}
    assert (loaded.cycle.previous, Evidence.objects.count()) == (Cycle.objects.get(code="nho-2022"), 1)
    lineage = Lineage.objects.filter(criteria_set__cycle=loaded.cycle, is_confirmed=True)
    said = lineage.order_by("previous__position", "criterion__position")
    assert list(said.values_list("criterion__code", "previous__code", "kind")) == [
        ("1.1", "1.1", "same"),
        ("1.2", "1.2", "split"),
        ("2.1", "1.2", "split"),
        (None, "2.1", "dropped"),
    ]
    assert sum(each.share for each in lineage if each.kind == "split") == 1
    last = AuditEvent.objects.order_by("-number")[0]
    assert (last.action, last.actor_name) == ("bundle.loaded", "nguoi.nap")


def test_load_that_disagrees_with_what_is_stored_refused(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "a")), by=None)
    rows.unit("Sở Mới", parent=Unit.objects.get(code="P"), code="SM")
    before = counts()
    bundle(tmp_path / "b")
    damage(tmp_path / "b", "cycle.toml", 'code = "nho-2022"', 'code = "nho-2023"')
    damage(tmp_path / "b", "units.csv", "SYT,Sở Y tế", "SYT,Sở Y học")
    damage(tmp_path / "b", "accounts.csv", "Trưởng Sở", "Người Khác")
    damage(tmp_path / "b", "cycle.toml", "is_demo = true", 'previous = "nho-2020"')
    (tmp_path / "b" / "evidence" / "ke-hoach.pdf").write_bytes(b"MZ not a paper")

    assert refusal(tmp_path / "b") == [
        "accounts.csv:6:2: “truong.syt” is stored as Trưởng Sở, Giám đốc.",
        "cycle.toml:7:12: There is no cycle “nho-2020” yet: load it first.",
        "cycle.toml:30:8: “Sở Mới” (SM) is stored in this group and missing in the bundle.",
        "evidence.csv:2:3: “evidence/ke-hoach.pdf” was refused as evidence: its content is not that of a document,"
        " or it does not match its name.",
        "units.csv:6:1: “SYT” is stored as “Sở Y tế” with another name, kind, parent or life span. A bundle does not"
        " change stored units.",
    ]
    assert counts() == before


def test_load_with_an_unknown_previous_criterion_refused(tmp_path: Path) -> None:
    load(bundle=read_bundle(bundle(tmp_path / "a")), by=None)
    bundle(tmp_path / "b")
    damage(tmp_path / "b", "cycle.toml", 'code = "nho-2022"', 'code = "nho-2023"\nprevious = "nho-2022"')
    text = (tmp_path / "b" / "criteria_department.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{text[0]},previous_code", *(f"{line}," for line in text[1:-1]), f"{text[-1]},9.9"]
    (tmp_path / "b" / "criteria_department.csv").write_text("\n".join(lines), encoding="utf-8")

    assert refusal(tmp_path / "b") == [
        "criteria_department.csv:6:8: The previous cycle has no criterion “9.9” of the kind “department”."
    ]


class FullDisk(FileSystemStorage):
    """A disk that has room for one file."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        if any(Path(self.location).rglob("*.pdf")):
            raise OSError("no space left")
        return super().save(name, content, max_length)


def test_nothing_is_half_loaded_when_the_last_step_fails(tmp_path: Path, settings: LazySettings) -> None:
    two = "unit_code,criterion_code,file,place\nSYT,1.1,evidence/ke-hoach.pdf,\nSYT,1.2,evidence/khac.pdf,\n"
    bundle(tmp_path / "b", evidence_csv=two)
    (tmp_path / "b" / "evidence" / "khac.pdf").write_bytes(PAPER + b"\n")
    options = {"location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": options}}
    before = counts()

    with pytest.raises(OSError, match="no space left"):
        load(bundle=read_bundle(tmp_path / "b"), by=None)

    assert (counts(), stored_files(tmp_path / "files")) == (before, [])


def test_command_prints_counts_and_says_when_nothing_changed(tmp_path: Path) -> None:
    bundle(tmp_path / "b")

    code, out, _ = run(tmp_path / "b")
    again, same, _ = run(tmp_path / "b")

    assert (code, again) == (0, 0)
    assert out.splitlines()[:3] == ["Loaded: Kỳ nhỏ năm 2022.", "  New units: 5", "  New accounts: 5"]
    assert same == "Kỳ nhỏ năm 2022 was loaded before; nothing changed.\n"


def test_command_prints_every_problem_and_exits_1(tmp_path: Path) -> None:
    damage(bundle(tmp_path / "b"), "scores.csv", "SYT,1.1,2", "SYT,1.1,-2")

    assert run(tmp_path / "b") == (
        1,
        "",
        "scores.csv:2:3: points: must not be negative\nNothing was loaded. Problems: 1.\n",
    )
    assert not Cycle.objects.exists()


def test_command_speaks_json(tmp_path: Path) -> None:
    bundle(tmp_path / "b")
    code, out, _ = run(tmp_path / "b", "--json")
    damage(tmp_path / "b", "scores.csv", "SYT,1.1,2", "SYT,1.1,-2")
    failed, problems, _ = run(tmp_path / "b", "--json")

    told = json.loads(out)
    assert (code, told["cycle"], told["changed"], told["counts"]["scores"]) == (0, "nho-2022", True, 3)
    assert (failed, json.loads(problems)) == (
        1,
        {"loaded": False, "problems": ["scores.csv:2:3: points: must not be negative"]},
    )
