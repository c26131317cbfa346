"""What a receipt freezes: the whole sheet as one text, whose SHA-256 is the digest.

Format 2 says more than format 1 (figures, what the rule proposed and why the points differ, parts, what each document
proves, lateness, signatures, contributors who had not finished); format 3 also says up to which page a document proves
it and where the box on its first page lies. A receipt keeps the text that it has, whatever its format.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils.translation import override

from assessments.models import Citation, PartScore, Receipt, Score, SignOff
from assessments.selectors.naming import paper_name
from assessments.selectors.papers import of_sheet
from assessments.selectors.reports import frozen_sections
from assessments.selectors.sheets import Line, Sheet
from criteria.phases import late_minutes
from units.models import User

FORMAT = 3


@dataclass(frozen=True)
class Handing:
    """How a dossier is handed in, besides what it says.

    ``closes_at`` and ``counted_at``: the deadline, and the instant held against it. ``parts``: by the key of their
    score. ``waiting``: who was to contribute and had not said that the work is done.
    """

    closes_at: datetime | None = None
    counted_at: datetime | None = None
    signatures: Sequence[SignOff] = ()
    parts: Mapping[int, Sequence[PartScore]] = field(default_factory=dict)
    waiting: Sequence[str] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes begun after the deadline; 0 in time, and for a dossier that came with a bundle."""
        return late_minutes(self.closes_at, self.counted_at) if self.closes_at and self.counted_at else 0


PLAINLY = Handing()


def receipt(filled: Sheet, number: int, at: datetime, by: User, handing: Handing = PLAINLY) -> Receipt:
    """The receipt of the sheet as it stands, not saved."""
    content = canonical(filled, number, at, by, handing)
    return Receipt(
        assessment=filled.assessment,
        number=number,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        points=filled.total.points,
        maximum=filled.total.maximum,
        late_minutes=handing.minutes,
        at=at,
        by=by,
    )


def canonical(filled: Sheet, number: int, at: datetime, by: User, handing: Handing = PLAINLY) -> str:
    """The content of a receipt: the same sheet gives the same text."""
    assessment = filled.assessment
    content = {
        "format": FORMAT,
        "cycle": assessment.cycle.code,
        "tier": assessment.tier.code,
        "unit": {"code": assessment.unit.code, "name": assessment.unit.name},
        "criteria": assessment.criteria_set.title,
        "number": number,
        "at": _instant(at),
        "by": _person(by),
        "points": plain(filled.total.points),
        "maximum": plain(filled.total.maximum),
        "deadline": _instant(handing.closes_at) if handing.closes_at else None,
        "counted_at": _instant(handing.counted_at) if handing.counted_at else None,
        "late_minutes": handing.minutes,
        "signatures": [_signature(each) for each in handing.signatures],
        "not_done": list(handing.waiting),
        "leaves": [_leaf(line, handing) for line in filled.scorable],
        "report": frozen_sections(of_sheet(filled)),
        **_beyond(filled),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def timing_of(row: Receipt) -> tuple[datetime, datetime]:
    """The deadline of a receipt and the instant held against it; one that knows of no deadline was in time."""
    content = json.loads(row.content)
    deadline, counted = content.get("deadline"), content.get("counted_at")
    if not deadline or not counted:
        return row.at + timedelta(minutes=1), row.at
    return datetime.fromisoformat(deadline), datetime.fromisoformat(counted)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _person(by: User) -> dict[str, str]:
    return {"username": by.username, "name": by.full_name, "position": by.position}


def _signature(row: SignOff) -> dict[str, object]:
    return {"step": row.step, "outcome": row.outcome, "note": row.note, "by": _person(row.by), "at": _instant(row.at)}


def _beyond(filled: Sheet) -> dict[str, object]:
    """Exempted leaves, and the way to a total with bonus or penalty; a dossier without them has the text it had."""
    exempt = [
        {
            "code": line.criterion.code,
            "name": line.criterion.name,
            "maximum": plain(line.criterion.max_points),
            "effect": line.exempt.convention,
            "by": line.exempt.state,
            "document": line.exempt.document,
            "reason": line.exempt.reason,
        }
        for line in filled.exempt
        if line.exempt
    ]
    found: dict[str, object] = {"exempt": exempt} if exempt else {}
    return found | ({"way": list(filled.way_in_words)} if filled.caps.nodes else {})


def _leaf(line: Line, handing: Handing) -> dict[str, object]:
    score, least = line.score, line.criterion.min_points
    return {
        **({"minimum": plain(least)} if least else {}),
        "code": line.criterion.code,
        "name": line.criterion.name,
        "maximum": plain(line.criterion.max_points),
        "points": _points(score.points) if score else None,
        "not_applicable": bool(score and score.not_applicable),
        "explanation": score.explanation if score else "",
        "version": line.version,
        **_said(score, handing),
        "evidence": [_document(citation) for citation in line.citations],
    }


def _said(score: Score | None, handing: Handing) -> dict[str, object]:
    """What stands behind the points; nothing where the unit said no more than them."""
    if score is None:
        return {}
    parts = [
        {"label": each.label, "points": _points(each.points), "explanation": each.explanation}
        for each in handing.parts.get(score.pk, ())
    ]
    found: dict[str, object] = {
        "figures": json.loads(score.figures) if score.figures else None,
        "proposed": _points(score.proposed),
        "reason": score.reason,
        "parts": parts,
    }
    return {key: value for key, value in found.items() if value}


def _document(citation: Citation) -> dict[str, object]:
    evidence = citation.evidence
    # The same text whatever the language of the person who hands in.
    with override("vi"):
        name = paper_name(evidence)
    more = {
        "page": citation.page,
        "page_to": citation.page_to,
        "box": citation.box,
        "asked": citation.asked,
        "period_reason": citation.period_reason,
        "number": "" if evidence.is_confidential else evidence.number,
        "url": evidence.url,
    }
    return {
        "sha256": evidence.sha256,
        "name": name,
        "size": evidence.size,
        "place": citation.place,
        **{key: value for key, value in more.items() if value},
    }


def _points(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def plain(value: Decimal) -> str:
    """Without exponent and superfluous zeros, so that 2 and 2.0000 freeze to the same text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
