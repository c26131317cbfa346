"""The rows of the house of access: what the words of ``access.csv`` stand for."""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from assessments import merging
from assessments.models import (
    Assessment,
    Citation,
    Delegation,
    DelegationPlan,
    DossierArchive,
    Evidence,
    EvidenceRequest,
    Intake,
    Score,
)
from assessments.services import returning_sheets, returns, submission
from assessments.services.confidential import add_reader
from criteria.documents import import_samples
from criteria.models import CriteriaSet, LegalDocument, Phase
from criteria.services import carrying, extensions, importing, life
from results.models import Amendment, Decision, Publication, Run
from results.services import runs
from surveys.models import SurveyImport, SurveyPoint
from surveys.services import uploads
from tests.architecture.typed import page
from tests.assessments import shelf
from tests.factories import rows
from units.models import Division, Membership, Unit, UnitAttribute, User


def last_year(season: rows.Season) -> Score:
    """What the department said at the leaf a year ago, where this year's leaf comes from. The set is not issued."""
    before = rows.cycle(season.province, "nam-truoc")
    before.year, season.cycle.previous = season.cycle.year - 1, before
    before.save()
    season.cycle.save()
    old = rows.issue(rows.criteria_set(before))
    rows.origin(season.criteria_set.criteria.get(code="1.1"), old.criteria.get(code="1.1"))
    dossier = rows.assessment(rows.tier(before, season.province), season.units[0], old)
    return rows.score(dossier, "1.1", "2", explanation="Năm trước đã ban hành")


def season_things(season: rows.Season) -> dict[str, Any]:
    """Sở Xây dựng has its dossier back for mending; Sở Y tế has handed in and been appraised on one leaf."""
    own, other = season.assessments
    for dossier, person in ((own, season.head), (other, season.outsider)):
        for code, points in (("1.1", "2"), ("1.2", "4")):
            rows.score(dossier, code, points, explanation="Đã ban hành kế hoạch", updated_by=person)
    leaves = {leaf.code: leaf for leaf in season.criteria_set.criteria.all()}
    rows.appraisal(other, "1.2", "3", season.member, reason="Thiếu tài liệu", self_points=Decimal(4))
    return {
        "attribute": UnitAttribute.objects.create(unit=season.units[0], word="miền núi"),
        "cycle-code": season.cycle.code,
        "set": season.criteria_set,
        "tier": season.tier,
        "council": season.council,
        "unit": season.units[0],
        "other-unit": season.units[1],
        "dossier": own,
        "other-dossier": other,
        "annex": importing.keep(
            cycle=season.cycle,
            kind="commune",
            file_name="phu-luc.xlsx",
            content=import_samples.example(),
            by=season.staff,
        ),
        "leaf": leaves["1.1"],
        "area": leaves["1"],
        "survey-leaf": leaves["2.1"],
    }


def delegations(season: rows.Season, things: dict[str, Any]) -> dict[str, Model]:
    """A row of the dossier for the other department, not issued; a dossier whose leaf is given out in parts, issued."""
    plan = DelegationPlan.objects.create(assessment=things["dossier"])
    given = Delegation.objects.create(plan=plan, position=1, text="1.1", unit=season.units[1])
    centre = rows.unit("Trung tâm Thử", "central_agency", season.province, code="TT")
    rows.phase(season.cycle, "self_scoring", "central_agency")
    made = rows.criteria_set(season.cycle, "central_agency", version=9)
    made.criteria.filter(code="1.2").update(facets="a) Ngân sách: 1\nb) Đầu tư: 3")
    dossier = rows.assessment(season.tier, centre, rows.issue(made))
    issued = DelegationPlan.objects.create(assessment=dossier, issued_at=timezone.now(), issued_by=season.head)
    Delegation.objects.create(plan=issued, position=1, text="1.2", facet="a", unit=season.units[0])
    division = Division.objects.create(unit=season.units[0], name="Phòng Tổng hợp")
    membership = Membership.objects.get(user=season.officer)
    return {
        "delegation": given,
        "other-leaf": season.criteria_set.criteria.get(code="1.2"),
        "parts-dossier": dossier,
        "parts-leaf": made.criteria.get(code="1.2"),
        "division": division,
        "membership": membership,
    }


def versions(season: rows.Season) -> dict[str, Model]:
    """A draft that is to replace the set in force; and a set that nobody works with, which was amended."""
    older = rows.issue(rows.criteria_set(season.cycle, "public_service"))
    newer = life.new_version(criteria_set=older, by=season.staff)
    CriteriaSet.objects.filter(pk=older.pk).update(state="replaced")
    amendment = Amendment.objects.create(
        old=older, new=rows.issue(newer), reason="Sửa", applied_by=season.staff, applied_at=timezone.now()
    )
    draft = life.new_version(criteria_set=season.criteria_set, by=season.staff)
    law = LegalDocument.objects.create(number="30/2020/NĐ-CP", issuer="Chính phủ")
    asked = rows.exemption(season.criteria_set, "1.2", unit=season.units[0], state="asked", asked_at=timezone.now())
    in_force = rows.exemption(newer, "1.1")
    return {"draft": draft, "draft-leaf": draft.criteria.get(code="1.1"), "amendment": amendment, "law": law} | {
        "asked": asked,
        "exemption": in_force,
    }


def district_things(season: rows.Season, district: Unit, staff: User) -> dict[str, Model]:
    for kind in ("self_scoring", "appraisal", "survey", "approval"):
        rows.phase(season.cycle, kind, "commune")
    level = rows.tier(season.cycle, district, "commune", "huyen")
    criteria = rows.issue(rows.criteria_set(season.cycle, "commune"))
    commune = rows.unit("UBND xã Thử", "commune", district, code="X")
    dossier = rows.assessment(level, commune, criteria)
    rows.phase(season.cycle, "self_scoring", "district")
    own = rows.assessment(season.tier, district, rows.issue(rows.criteria_set(season.cycle, "district")))
    Assessment.objects.filter(pk=own.pk).update(state="submitted", submitted_at=timezone.now(), submitted_by=staff)
    run = runs.compute(run=runs.start(tier=level, by=staff))
    return {
        "district-tier": level,
        "district-council": rows.council(level),
        "commune-dossier": dossier,
        "district-dossier": own,
        "district-run": run,
        "commune": commune,
    }


def papers(season: rows.Season, things: dict[str, Any]) -> dict[str, Model]:
    """A document of one page cited on the leaf, one on the other dossier, and the receipt of a submission."""
    made: dict[str, Any] = {}
    for word, unit, dossier in (("", "unit", "dossier"), ("other-", "other-unit", "other-dossier")):
        evidence = _evidence(things[unit])
        score = things[dossier].scores.get(criterion=things["leaf"])
        made[f"{word}evidence"] = evidence
        shelf.drawn(evidence)
        made |= _around(season, evidence) if not word else {}
        made[f"{word}citation"] = Citation.objects.create(score=score, evidence=evidence, place="trang 1")
    made["closed-citation"] = shelf.cited(made["closed-evidence"], things["dossier"])
    made["upload"] = _upload(things, season.officer)
    made["library-upload"] = _upload(things, season.officer, key="khoa-0004", assessment=None, criterion=None)
    submission.submit(assessment=things["other-dossier"], by=season.outsider)
    receipt = submission.submit(assessment=things["dossier"], by=season.head)
    returns.return_dossier(assessment=things["dossier"], note="Bổ sung tài liệu", by=season.staff)
    for assessment in season.assessments:
        assessment.refresh_from_db()
    receipt.pdf.save("receipt.pdf", ContentFile(b"%PDF-1.7 receipt"))
    digest = uploads.keep(data=b"workbook")
    uploads.settle(digest=digest, data=b"workbook")
    source = SurveyImport.objects.create(
        tier=season.tier, file_name="diem.xlsx", sha256=digest, rows=2, accepted=2, refused=0, at=timezone.now()
    )
    leaf = things["survey-leaf"]
    for each in season.units:
        SurveyPoint.objects.create(cycle=season.cycle, unit=each, source=source, criterion=leaf, points=Decimal(3))
    return {**made, "receipt": receipt, "survey-import": source, "request": _request(season, things)}


def _request(season: rows.Season, things: dict[str, Any]) -> Model:
    """A question of the council on the leaf, to be answered."""
    now = timezone.now()
    return EvidenceRequest.objects.create(
        assessment=things["dossier"],
        criterion=things["leaf"],
        text="Văn bản số mấy?",
        due_at=now + timedelta(days=2),
        otherwise="Không cho điểm",
        asked_by=season.member.user,
        asked_at=now,
    )


def _around(season: rows.Season, evidence: Evidence) -> dict[str, Model]:
    """A newer version of the document, and one that only those on its list read: the staff are on it."""
    newer, closed = (shelf.document(evidence.unit, pages=1) for _ in range(2))
    Evidence.objects.filter(pk=newer.pk).update(replaces=evidence)
    Evidence.objects.filter(pk=closed.pk).update(is_confidential=True)
    shelf.drawn(closed)
    add_reader(evidence=closed, user=season.staff, by=season.head)
    things: dict[str, Model] = {"newer-evidence": newer, "closed-evidence": closed}
    dossier = season.assessments[0]
    archive = DossierArchive(assessment=dossier, content="0" * 64, asked_by=season.head, asked_at=timezone.now())
    archive.file.save("dossier.zip", ContentFile(b"PK"))
    return things | {"reader": season.staff, "stranger": season.outsider, "archive": archive}


def _upload(things: dict[str, Any], by: User, **fields: Any) -> Intake:
    """A file of the officer's that has not come through yet."""
    now, size = timezone.now(), 100
    said = {"unit": things["unit"], "assessment": things["dossier"], "criterion": things["leaf"], "by": by}
    said |= {"key": "khoa-0001", "name": "a.pdf", "size": size, "path": "a", "began_at": now, "touched_at": now}
    return Intake.objects.create(**said | fields)


def calendar(season: rows.Season, colleague: User) -> dict[str, Any]:
    """A cycle drawn up out of this one, and three extensions: asked for by the colleague, by staff, and granted."""
    period = {"period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31)}
    drawn_up = carrying.new_cycle(
        previous=season.cycle, code="nam-sau", name="Kỳ sau", year=2023, by=season.staff, **period
    )
    phase = Phase.objects.select_related("cycle").get(cycle=season.cycle, kind="approval", unit_kind="department")
    given: dict[str, Any] = {"phase": phase, "unit": None, "reason": "Mất điện", "document": "15/UBND-NC"}
    ends = [phase.closes_at + timedelta(days=days) for days in (1, 2, 3)]
    granted = extensions.ask(**given, closes_at=ends[0], by=season.staff)
    extensions.approve(extension=granted, by=season.chairman)
    return {
        "draft-cycle": drawn_up.code,
        "granted": granted,
        "own-extension": extensions.ask(**given, closes_at=ends[1], by=season.staff),
        "extension": extensions.ask(**given, closes_at=ends[2], by=colleague),
    }


def _evidence(unit: Unit) -> Evidence:
    content = page(unit.code)
    evidence = Evidence(
        unit=unit,
        name="ke-hoach.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        pages=1,
        uploaded_at=timezone.now(),
    )
    evidence.file.save("ke-hoach.pdf", ContentFile(content), save=False)
    evidence.save()
    return evidence


def brought_back(dossier: Assessment, by: User) -> Model:
    """A score workbook that changes nothing and waits to be confirmed."""
    return returning_sheets.keep(
        assessment=dossier, name="bang.xlsx", sha256="0" * 64, content=merging.frozen(merging.Returned()), by=by
    )


def outcome(season: rows.Season) -> dict[str, Model]:
    """Four runs of the tier: computed, with a draft decision, with an approved one, and published."""
    computed = [runs.compute(run=runs.start(tier=season.tier, by=season.staff)) for _ in range(4)]
    drafted = _decision(season, computed[1], "2/QĐ-UBND")
    approved, published = (_decision(season, run, f"{run.number}/QĐ-UBND", approved=True) for run in computed[2:])
    publication = Publication.objects.create(
        tier=season.tier,
        decision=published,
        publish_at=timezone.now() - timedelta(hours=1),
        published_by=season.chairman,
        created_at=timezone.now(),
    )
    return {
        "run": computed[0],
        "drafted-run": computed[1],
        "decision": drafted,
        "approved-decision": approved,
        "published-decision": published,
        "publication": publication,
    }


def _decision(season: rows.Season, run: Run, number: str, *, approved: bool = False) -> Decision:
    now, paper = timezone.now(), f"%PDF-1.7 {number}".encode()
    decision = Decision(
        run=run,
        number=number,
        place="Thử",
        date=date(2022, 12, 31),
        signer="Người ký",
        signer_office="CHỦ TỊCH",
        on_behalf_of="TM. UBND TỈNH THỬ",
        drafted_by=season.staff,
        drafted_at=now,
        pdf_sha256=sha256(paper).hexdigest(),
    )
    if approved:
        decision.state, decision.approved_by, decision.approved_at = "approved", season.chairman, now
        Run.objects.filter(pk=run.pk).update(state="approved")
    decision.pdf.save("decision.pdf", ContentFile(paper), save=False)
    decision.save()
    return decision
