"""A dossier put back to what one of its receipts says. Part of the caller's transaction.

What was written since is not lost: every save is in the audit trail, and documents stay with the unit.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments.models import Assessment, Citation, Evidence, PartScore, Receipt, Score
from assessments.models.boxes import FIELDS
from criteria.selectors import criteria_of

PLACE = ("place", "page", "page_to", "asked", "period_reason", *FIELDS)


def restore(assessment: Assessment, receipt: Receipt) -> list[str]:
    """Put every leaf back that differs from the receipt; their codes. Leaves that the receipt does not name stay."""
    said = {leaf["code"]: leaf for leaf in json.loads(receipt.content)["leaves"]}
    scores = {score.criterion_id: score for score in Score.objects.filter(assessment=assessment)}
    changed = []
    for criterion in criteria_of(assessment.criteria_set):
        score, leaf = scores.get(criterion.pk), said.get(criterion.code)
        if score and leaf and _restored(score, leaf, receipt.at):
            changed.append(criterion.code)
    return changed


def _restored(score: Score, leaf: dict[str, Any], at: datetime) -> bool:
    """Whether anything of the leaf had to be put back. It counts as written when it was handed in, ``at``: what was
    written after that is open in the next round, whatever that round is for.
    """
    fields = {
        "points": _points(leaf["points"]),
        "not_applicable": leaf["not_applicable"],
        "explanation": leaf["explanation"],
        "reason": leaf.get("reason", ""),
        "proposed": _points(leaf.get("proposed")),
        "figures": _figures(leaf.get("figures")),
    }
    differs = any(getattr(score, name) != value for name, value in fields.items())
    parts, documents = _parts(score, leaf.get("parts", ())), _documents(score, leaf["evidence"])
    if not (differs or parts or documents):
        return False
    for name, value in fields.items():
        setattr(score, name, value)
    score.version, score.updated_by, score.updated_at = score.version + 1, None, at
    score.save()
    return True


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _figures(declared: dict[str, str] | None) -> str:
    return json.dumps(declared, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if declared else ""


def _parts(score: Score, said: list[dict[str, Any]]) -> bool:
    """Put the parts back; whether one differed. A part that the receipt does not name was not written then."""
    wanted = {each["label"]: (_points(each["points"]), each["explanation"]) for each in said}
    changed = False
    for part in PartScore.objects.filter(score=score):
        points, explanation = wanted.get(part.label, (None, ""))
        if (part.points, part.explanation) != (points, explanation):
            part.points, part.explanation, part.version = points, explanation, part.version + 1
            part.save()
            changed = True
    return changed


def _documents(score: Score, said: list[dict[str, Any]]) -> bool:
    """Put the citations back; whether one differed. What the appraisers said of a document stays with its citation."""
    wanted = {each["sha256"]: each for each in said}
    changed = False
    for citation in Citation.objects.filter(score=score).select_related("evidence"):
        frozen = wanted.pop(citation.evidence.sha256, None)
        if frozen is None:
            citation.delete()
            changed = True
        elif _placed(citation) != _placed_then(frozen):
            _place(citation, frozen)
            changed = True
    kept = Evidence.objects.filter(unit=score.assessment.unit_id, sha256__in=wanted)
    for evidence in kept:
        _place(Citation(score=score, evidence=evidence), wanted[evidence.sha256])
        changed = True
    return changed


def _placed(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in PLACE}


def _placed_then(frozen: dict[str, Any]) -> dict[str, object]:
    """As the receipt says it; one of an older format knows of fewer things."""
    edges = frozen.get("box") or (None,) * len(FIELDS)
    return {
        "place": frozen["place"],
        "page": frozen.get("page"),
        "page_to": frozen.get("page_to"),
        "asked": frozen.get("asked", ""),
        "period_reason": frozen.get("period_reason", ""),
        **dict(zip(FIELDS, edges, strict=True)),
    }


def _place(citation: Citation, frozen: dict[str, Any]) -> None:
    for name, value in _placed_then(frozen).items():
        setattr(citation, name, value)
    citation.save()
