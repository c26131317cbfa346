"""Walking the councils' pages as a person of the season."""

import hashlib
import io
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from assessments.models import Citation, Evidence
from tests.councils import makers
from tests.factories import rows
from units.models import User


def browser(person: User) -> Any:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, season: rows.Season, code: str = "1.1", index: int = 0, **more: object) -> str:
    values = {"assessment_pk": season.assessments[index].pk, "criterion_pk": makers.leaf(season, code).pk, **more}
    return reverse(f"councils:{name}", kwargs=values)


def of(name: str, season: rows.Season) -> str:
    return reverse(f"councils:{name}", args=[season.council.pk])


def accept(season: rows.Season, code: str = "1.1", query: str = "", **data: object) -> Any:
    values = {"decision": "accept", "expected": 0, "seen": 1, **data}
    return browser(season.member.user).post(at("decide", season, code) + query, values)


def change(season: rows.Season, code: str = "1.2", **data: object) -> Any:
    values = {"decision": "change", "expected": 0, "seen": 1, "points": "1,5", "reason": "thiếu văn bản", **data}
    return browser(season.member.user).post(at("decide", season, code), values)


def paper(season: rows.Season, name: str = "ke-hoach.png", pages: int = 1) -> Evidence:
    drawn = io.BytesIO()
    Image.new("RGB", (20, 30 + Evidence.objects.count()), "white").save(drawn, "PNG")
    content = drawn.getvalue()
    made = Evidence.objects.create(
        unit=season.units[0],
        name=name,
        content_type="image/png",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file=ContentFile(content, name),
        pages=pages,
        uploaded_at=timezone.now(),
    )
    Citation.objects.create(score=season.assessments[0].scores.get(criterion__code="1.1"), evidence=made)
    return made
