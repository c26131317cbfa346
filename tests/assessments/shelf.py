"""Documents on a unit's shelf, without the way in: rows with a real file, perhaps cited on a leaf."""

from hashlib import sha256
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from assessments.models import Assessment, Citation, Evidence, PageImage, Score
from assessments.services.indexing import indexed
from criteria.models import Criterion
from tests.assessments import files
from units.models import Unit

numbers = count(1)


def document(unit: Unit, name: str = "Kế hoạch.pdf", content: bytes | None = None, **fields: Any) -> Evidence:
    content = f"%PDF {next(numbers)}".encode() if content is None else content
    row = Evidence(
        **{
            "unit": unit,
            "name": name,
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": sha256(content).hexdigest(),
            "pages": 3,
            "uploaded_at": timezone.now(),
            **fields,
        }
    )
    row.folded = indexed(row)
    row.file.save("x.pdf", ContentFile(content), save=False)
    row.save()
    return row


def cited(document: Evidence, dossier: Assessment, code: str = "1.1", **fields: Any) -> Citation:
    leaf = Criterion.objects.get(criteria_set=dossier.criteria_set, code=code)
    score, _ = Score.objects.get_or_create(
        assessment=dossier, criterion=leaf, defaults={"version": 1, "updated_at": timezone.now()}
    )
    return Citation.objects.create(score=score, evidence=document, **fields)


def drawn(document: Evidence) -> None:
    """Pictures of its pages, as the worker leaves them."""
    for number in range(1, document.pages + 1):
        row = PageImage(evidence=document, number=number)
        row.file.save("p.png", ContentFile(files.image("PNG", (120, 170))), save=False)
        row.save()
