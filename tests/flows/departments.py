"""A few departments in mid-season with a web server of their own: small enough to be made anew for one file of flows.

Each is complete but for being handed in, and belongs to one flow. An officer and a head work for all of them.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flows import house, steps
from tests.flows.test_worker import Rows
from tests.flows.web import Web, serving

OFFICER, HEAD = "officer", "head"
PREPARED = """
from datetime import date
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
for folder in ("queue", "control"):
    (Path(settings.BROKER_DIR) / folder).mkdir(parents=True)
call_command("migrate", verbosity=0)
call_command("build_static", verbosity=0)
from parindex.practice import PASSWORD
from tests.factories import rows
from units.models import Membership
rows.PASSWORD = PASSWORD
season = rows.season()
for number in range(COUNT):
    unit = rows.unit(parent=season.province, code=f"D{number}")
    dossier = rows.assessment(season.tier, unit, season.criteria_set)
    rows.score(dossier, "1.1", "2", explanation="Theo kế hoạch")
    rows.score(dossier, "1.2", None, not_applicable=True, explanation="Không có kiến nghị")
    for person in (season.officer, season.head):
        Membership.objects.create(user=person, unit=unit, role=person.username, since=date(2020, 1, 1))
"""
DOSSIER = "JOIN assessments_assessment d ON d.id = {} JOIN units_unit u ON u.id = d.unit_id WHERE u.code = '{}'"
RECEIPT = re.compile(r"/receipts/\d+/")
SUBMIT = "form[action$='/submit/'] button[type=submit]"


@dataclass(frozen=True)
class Proof:
    """What a department has of its uploads: how many of each, and the digests of the row and of the stored file."""

    documents: int
    citations: int
    told: int
    uploads: int
    digest: str | None
    stored: str


@dataclass
class Departments:
    web: Web
    rows: Rows
    environment: dict[str, str]
    cookies: dict[str, list[Any]]

    def one(self, sql: str, *values: object) -> Any:
        found = self.rows.ask(sql.format(*values))
        return found[0] if found else None

    def sheet(self, code: str) -> str:
        asked = "SELECT a.id FROM assessments_assessment a JOIN units_unit u ON u.id = a.unit_id WHERE u.code = '{}'"
        return f"/dossiers/{self.one(asked, code)}/"

    def events(self, code: str, action: str) -> int:
        asked = """SELECT count(*) FROM units_auditevent e JOIN units_unit u ON u.id = e.unit_id
        WHERE u.code = '{}' AND e.action = '{}'"""
        return int(self.one(asked, code, action))

    def received(self, code: str) -> int:
        """How much of the department's only upload the server has confirmed."""
        asked = "SELECT i.received FROM assessments_intake i JOIN units_unit u ON u.id = i.unit_id WHERE u.code = '{}'"
        return int(self.one(asked, code) or 0)

    def proof(self, code: str) -> Proof:
        of_unit = f"JOIN units_unit u ON u.id = e.unit_id WHERE u.code = '{code}'"
        asked = f"SELECT count(*), max(e.sha256), max(e.file) FROM assessments_evidence e {of_unit}"
        documents, digest, name = self.rows.ask(asked)
        cited = (
            f"SELECT count(*) FROM assessments_citation c JOIN assessments_evidence e ON e.id = c.evidence_id {of_unit}"
        )
        uploads = f"SELECT count(*) FROM assessments_intake e {of_unit} AND e.state = 'done' AND e.received = e.size"
        stored = sha256(self.rows.file.parent / "files" / name) if name else ""
        told = self.events(code, "evidence.attached")
        return Proof(documents, self.one(cited), told, self.one(uploads), digest, stored)

    def handed_in(self, code: str) -> tuple[int, int]:
        """How many receipts there are, and how often the audit trail says that it was handed in."""
        asked = "SELECT count(*) FROM assessments_receipt r " + DOSSIER
        return int(self.one(asked, "r.assessment_id", code)), self.events(code, "assessment.submitted")


@contextmanager
def running(data: Path, count: int, chromium: Any) -> Iterator[Departments]:
    with house.own_database(os.environ.get("DATABASE_URL", ""), f"parindex_kills_{os.getpid()}") as database:
        env = house.environment(data, database, JOB_LEASE_SECONDS="2")
        house.manage(env, "shell", "--no-imports", "-c", PREPARED.replace("COUNT", str(count)))
        with serving(env) as web:
            cookies = {}
            for person in (OFFICER, HEAD):
                with steps.signed_in(chromium, web.address, person) as page:
                    cookies[person] = page.context.cookies()
            yield Departments(web, Rows(data, database), env, cookies)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
