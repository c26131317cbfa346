"""What a receipt holds, read back as values."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments.models import Receipt, SignStep
from assessments.selectors.naming import closed_name, closed_of
from criteria.phases import VIETNAM


@dataclass(frozen=True)
class Frozen:
    """A receipt's content as values: what was changed later never shows."""

    content: dict[str, Any]
    leaves: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    exempt: list[dict[str, Any]]
    deadline: datetime | None = None
    signatures: list[dict[str, Any]] = field(default_factory=list)


def frozen(row: Receipt) -> Frozen:
    content, closed = json.loads(row.content), closed_of(row)
    leaves = [_leaf(leaf, closed) for leaf in content["leaves"]]
    documents = {each["sha256"]: each for leaf in leaves for each in leaf["evidence"]}
    exempt = [{**leaf, "maximum": _points(leaf["maximum"])} for leaf in content.get("exempt", ())]
    signatures = [
        {**each, "step": str(SignStep(each["step"]).label), "at": _local(each["at"])}
        for each in content.get("signatures", ())
    ]
    return Frozen(content, leaves, list(documents.values()), exempt, _local(content.get("deadline")), signatures)


def _leaf(leaf: dict[str, Any], closed: Collection[str]) -> dict[str, Any]:
    """A leaf with its figures as values. ``differs``: the unit took other points than the rule gives.

    ``closed``: documents, by digest, whose names are not shown any more.
    """
    points, proposed = _points(leaf["points"]), _points(leaf.get("proposed"))
    return {
        **leaf,
        "maximum": _points(leaf["maximum"]),
        "points": points,
        "minimum": _points(leaf.get("minimum")),
        "proposed": proposed,
        "differs": proposed is not None and points is not None and proposed != points,
        "evidence": [_document(each, closed) for each in leaf["evidence"]],
        "parts": [{**part, "points": _points(part["points"])} for part in leaf.get("parts", ())],
    }


def _document(file: dict[str, Any], closed: Collection[str]) -> dict[str, Any]:
    sha256 = file["sha256"]
    return {**file, "name": closed_name(sha256), "number": ""} if sha256 in closed else file


def _local(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(VIETNAM) if text else None


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
