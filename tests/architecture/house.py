"""A province in mid-season with one person for each role, and the questions that ``access.csv`` asks of it.

A row's ``target`` says what the address is filled with and what happened before, in words:
``pk=dossier criterion_pk=leaf when=submitted``. The words are the keys of ``House.things`` and of ``WHEN``.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, Citation, Evidence
from assessments.services import submission
from councils.models import Council, CouncilState
from criteria.documents import import_samples
from criteria.models import CriteriaSet, LegalDocument, Phase
from criteria.services import importing, life
from results.models import Amendment, Decision, Publication, Run
from results.services import runs
from surveys.models import SurveyImport, SurveyPoint
from surveys.services import uploads
from tests.architecture.typed import DATA, page
from tests.factories import rows
from units.models import AuditEvent, Job, Notice, Unit, UnitAttribute, User

ROLES = (
    "anonymous",
    "outsider",
    "officer",
    "head",
    "member",
    "own_member",
    "chair",
    "staff",
    "district_staff",
    "chairman",
    "administrator",
)
LOGIN, FRESH = "login", "fresh"


@dataclass
class House:
    """``things`` by the words of the table, ``people`` by their role, and a signed-in session for each of them."""

    season: rows.Season
    people: dict[str, User]
    things: dict[str, Any]
    sessions: dict[str, str]

    def answers(self, name: str, method: str, target: str) -> dict[str, str]:
        """What each role gets, each on the house as it stood before."""
        words = dict(word.split("=", 1) for word in target.split())
        when = words.pop("when", "")
        data = words.pop("with", name)
        given = {key: _filled(self.things.get(word, word)) for key, word in words.items()}
        with _Undone():
            WHEN[when](self)
            url = reverse(name, kwargs=given)
            return {role: self._ask(role, method, url, data) for role in ROLES}

    def _ask(self, role: str, method: str, url: str, data: str) -> str:
        client = Client(raise_request_exception=False)
        if role in self.sessions:
            client.cookies["sessionid"] = self.sessions[role]
        sent = {"sent": "1", **DATA.get(data, dict)()} if method == "POST" else {}
        with _Undone():
            before = AuditEvent.objects.count()
            response = client.generic("HEAD", url) if method == "HEAD" else getattr(client, method.lower())(url, sent)
            answer = _answer(response)
            if isinstance(response, StreamingHttpResponse):
                response.getvalue()  # Reading it to the end closes it; closing it by hand would close the connection.
            if answer in {LOGIN, FRESH, "403", "404", "405"} and AuditEvent.objects.count() != before:
                return f"{answer}, but something was written"
        return answer


class _Undone:
    """What happens inside is taken back."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def _filled(thing: object) -> object:
    """What stands for the thing in an address: a row's key, any other word itself."""
    return getattr(thing, "pk", thing)


def _answer(response: HttpResponseBase) -> str:
    if response.status_code == 302:
        place = response["Location"].split("?")[0]
        if place == reverse("account_login"):
            return LOGIN
        if place in {reverse("account_reauthenticate"), reverse("mfa_reauthenticate")}:
            return FRESH
    return str(response.status_code)


def url_names() -> set[str]:
    """Every name of the resolver, with its namespace."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield space + (each.name or str(each.pattern))
        else:
            yield from _names(each, f"{space}{each.namespace}:" if each.namespace else space)


# --- what happened before ---------------------------------------------------------------------------------------------


def _hand_in(house: House) -> None:
    house.things["dossier"].state = AssessmentState.SUBMITTED
    house.things["dossier"].save()


def _close(house: House) -> None:
    closed = {
        "state": CouncilState.CLOSED,
        "closed_at": timezone.now() - timedelta(days=1),
        "closed_by": house.people["chair"],
    }
    Council.objects.filter(pk=house.season.council.pk).update(**closed)
    Assessment.objects.filter(tier=house.season.tier).update(state=AssessmentState.APPRAISED)


def _no_free_appraiser(house: House) -> None:
    """The only seat that the leaf is assigned to comes from the unit itself."""
    _hand_in(house)
    house.season.member.assignments.all().delete()


def _past(house: House) -> None:
    now = timezone.now()
    Phase.objects.update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))


def _not_yet_public(house: House) -> None:
    Publication.objects.update(publish_at=timezone.now() + timedelta(hours=1))


def _unpublished(house: House) -> None:
    Publication.objects.all().delete()


def _signed_in_long_ago(house: House) -> None:
    for key in house.sessions.values():
        session = SessionStore(key)
        session["account_authentication_methods"] = []
        session.save()


def _second_factor(house: House) -> None:
    for person in house.people.values():
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)


WHEN: dict[str, Callable[[House], None]] = {
    "": lambda house: None,
    "submitted": _hand_in,
    "submitted-only-own-appraiser": _no_free_appraiser,
    "council-closed": _close,
    "phases-over": _past,
    "publication-in-an-hour": _not_yet_public,
    "unpublished": _unpublished,
    "signed-in-long-ago": _signed_in_long_ago,
    "second-factor-on": _second_factor,
}


# --- the house --------------------------------------------------------------------------------------------------------


def build() -> House:
    """The season of the factories, a district tier below it, and every kind of row that an address can name."""
    season = rows.season()
    district = rows.unit("UBND huyện Thử", "district", season.province, code="H")
    people = {
        **{role: getattr(season, role) for role in ("outsider", "officer", "head", "staff", "chairman")},
        "administrator": season.administrator,
        "member": season.member.user,
        "own_member": season.own_member.user,
        "chair": season.chair.user,
        "district_staff": rows.member("staff", district, "district-staff"),
    }
    things = {**_season_things(season), **_district_things(season, district, people["district_staff"])}
    things |= _papers(season, things)
    things |= _outcome(season)
    things |= _versions(season)
    things["job"] = things["run"].job
    colleague = rows.member("staff", season.province, "colleague")
    things["colleagues-job"] = Job.objects.create(task="results.tasks.compute", title="Tính", created_by=colleague)
    things["notice"] = Notice.objects.create(to=people["officer"], text="Hồ sơ được trả lại", link="/")
    return House(season, people, things, {role: _sign_in(person) for role, person in people.items()})


def _season_things(season: rows.Season) -> dict[str, Any]:
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


def _versions(season: rows.Season) -> dict[str, Model]:
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


def _district_things(season: rows.Season, district: Unit, staff: User) -> dict[str, Model]:
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


def _papers(season: rows.Season, things: dict[str, Any]) -> dict[str, Model]:
    """A document of one page cited on the leaf, one on the other dossier, and the receipt of a submission."""
    made: dict[str, Model] = {}
    for word, unit, dossier in (("", "unit", "dossier"), ("other-", "other-unit", "other-dossier")):
        evidence = _evidence(things[unit])
        score = things[dossier].scores.get(criterion=things["leaf"])
        made[f"{word}evidence"] = evidence
        made[f"{word}citation"] = Citation.objects.create(score=score, evidence=evidence, place="trang 1")
    submission.submit(assessment=things["other-dossier"], by=season.outsider)
    receipt = submission.submit(assessment=things["dossier"], by=season.head)
    submission.return_dossier(assessment=things["dossier"], note="Bổ sung tài liệu", by=season.staff)
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
    return {**made, "receipt": receipt, "survey-import": source}


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


def _outcome(season: rows.Season) -> dict[str, Model]:
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


def _sign_in(person: User) -> str:
    """The key of a session in which the person has just given the password."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "username": person.username, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return str(session.session_key)
