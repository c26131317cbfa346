"""The same bytes in more than one place: at other units, in other years, inside archives."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from assessments.models import ArchiveMember, Evidence
from assessments.selectors.naming import paper_name
from units.models import Unit


@dataclass(frozen=True)
class Copy:
    """Where the document stands once more: as a document of its own, or as ``member`` of an archive."""

    evidence: Evidence
    member: str = ""
    inside: str = ""


def copied(documents: Iterable[Evidence], visible: QuerySet[Evidence]) -> dict[int, int]:
    """How many copies each of the documents has among the ``visible`` ones; those without are left out.

    An archive has those of its members. Four queries for any number of documents.
    """
    shas = {each.pk: each.sha256 for each in documents}
    inside: dict[int, list[str]] = {}
    for pk, sha in ArchiveMember.objects.filter(evidence__in=shas).values_list("evidence", "sha256"):
        inside.setdefault(pk, []).append(sha)
    wanted = {*shas.values(), *(sha for each in inside.values() for sha in each)}
    whole = Counter(visible.filter(sha256__in=wanted).order_by().values_list("sha256", flat=True))
    packed = Counter(
        ArchiveMember.objects.filter(sha256__in=wanted, evidence__in=visible.order_by().values("pk"))
        .order_by()
        .values_list("sha256", flat=True)
    )
    found = {}
    for pk, sha in shas.items():
        count = whole[sha] - 1 + packed[sha] + sum(whole[each] + packed[each] - 1 for each in inside.get(pk, ()))
        if count > 0:
            found[pk] = count
    return found


def copies_of(document: Evidence, visible: QuerySet[Evidence]) -> list[Copy]:
    """Every other place of the document, and of what is inside it, among the documents that the reader may know of."""
    members = dict(document.members.values_list("sha256", "name"))
    shas = {document.sha256, *members}
    rows = visible.filter(sha256__in=shas).exclude(pk=document.pk).defer("text", "folded")
    found = [Copy(row, inside=members.get(row.sha256, "")) for row in rows.select_related("unit")]
    packed = ArchiveMember.objects.filter(sha256__in=shas, evidence__in=visible.order_by().values("pk"))
    for each in packed.exclude(evidence=document).select_related("evidence__unit").defer("evidence__text"):
        found.append(Copy(each.evidence, _member(each), members.get(each.sha256, "")))
    return sorted(found, key=lambda each: (each.evidence.unit.sort_key, each.evidence.pk, each.member))


def _member(each: ArchiveMember) -> str:
    """What the file is called inside its archive; nothing of a confidential one."""
    return "" if each.evidence.is_confidential else each.name


@dataclass
class Group:
    """One content at more than one unit, or in archives of others. ``reasons``: why it is shared, by unit."""

    sha256: str
    copies: list[Copy]

    @property
    def units(self) -> list[Unit]:
        return sorted({each.evidence.unit for each in self.copies}, key=lambda unit: unit.sort_key)

    @property
    def is_excused(self) -> bool:
        """Whether a unit said why the document is shared."""
        return any(each.evidence.shared_reason for each in self.copies)

    @property
    def name(self) -> str:
        return next((each.member or paper_name(each.evidence) for each in self.copies), "")


def groups(visible: QuerySet[Evidence]) -> list[Group]:
    """Every content that stands at more than one of the visible units, the most widespread first. Four queries."""
    rows = visible.order_by()
    packed = ArchiveMember.objects.filter(evidence__in=rows.values("pk")).order_by()
    twice = set(
        rows.values("sha256").annotate(n=Count("unit", distinct=True)).filter(n__gt=1).values_list("sha256", flat=True)
    )
    inside = packed.values("sha256").annotate(n=Count("evidence__unit", distinct=True))
    twice |= set(inside.filter(n__gt=1).values_list("sha256", flat=True))
    both = packed.filter(sha256__in=rows.values("sha256")).values_list("sha256", flat=True)
    wanted = twice | set(both)
    found: dict[str, list[Copy]] = {}
    for row in rows.filter(sha256__in=wanted).select_related("unit").defer("text", "folded"):
        found.setdefault(row.sha256, []).append(Copy(row))
    members = packed.filter(sha256__in=wanted).select_related("evidence__unit").defer("evidence__text")
    for each in members:
        found.setdefault(each.sha256, []).append(Copy(each.evidence, _member(each)))
    made = [Group(sha, copies) for sha, copies in found.items()]
    return sorted(
        (group for group in made if len(group.units) > 1),
        key=lambda group: (-len(group.units), group.name, group.sha256),
    )
