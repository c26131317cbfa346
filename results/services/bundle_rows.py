"""A bundle's rows as model instances, written app by app."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from assessments.models import Assessment, Score
from assessments.services import loading as dossiers
from assessments.services.filetypes import named
from assessments.services.loading import Document
from councils.models import Appraisal, Assignment, Council, CouncilState, Seat
from councils.services import loading as councils
from criteria.models import (
    CriteriaSet,
    Criterion,
    Cycle,
    Lineage,
    LineageKind,
    RankingGroup,
    SetState,
    Tier,
)
from criteria.services import loading as criteria
from criteria.tree import lineage
from results.bundle.lookup import Lookup
from results.services.bundle_calendar import bands_of, phases_of
from results.services.bundle_delegations import delegations
from results.services.bundle_match import Stored
from surveys.models import SurveyPoint
from surveys.services import loading as survey
from units.models import Membership, Unit, User
from units.selectors import database_now
from units.services import loading as people

Key = tuple[str, str]


class Rows:
    """Everything that one bundle becomes."""

    def __init__(self, look: Lookup, stored: Stored) -> None:
        self.look, self.bundle, self.stored = look, look.bundle, stored
        self.now: datetime = database_now()

    def write(self, by: User | None) -> dict[str, int]:
        """Store everything that is not stored yet; how many rows of each kind. Files come last."""
        new_units = [unit for unit in self.units.values() if not unit.pk]
        people.add_units(units=new_units, by=by)
        new_people = [user for user in self.people.values() if not user.pk]
        roles = self._memberships()
        people.add_people(people=new_people, memberships=roles, by=by)
        bands, phases = bands_of(self.bundle, self.cycle), phases_of(self.bundle, self.cycle)
        calendar = {"tiers": list(self.tiers.values()), "groups": list(self.groups.values())}
        criteria.add_cycle(cycle=self.cycle, bands=bands, phases=phases, by=by, **calendar)  # type: ignore[arg-type]
        trees = list(self.criteria.values())
        sets, origins = list(self.sets.values()), list(self._lineage())
        criteria.add_sets(cycle=self.cycle, sets=sets, criteria=trees, lineage=origins, by=by)
        self._write_councils(by)
        return {
            "units": len(new_units),
            "people": len(new_people),
            "roles": len(roles),
            "tiers": len(self.tiers),
            "groups": len(self.groups),
            "phases": len(phases),
            "criteria": len(trees),
            **self._write_claims(by),
        }

    def _write_councils(self, by: User | None) -> None:
        councils.add_councils(
            cycle=self.cycle,
            councils=list(self.councils.values()),
            seats=list(self.seats.values()),
            assignments=[
                Assignment(
                    seat=self.seats[row.tier, row.username], criterion=self.criteria[row.kind, row.criterion_code]
                )
                for row in self.bundle.assignments
            ],
            by=by,
        )

    def _write_claims(self, by: User | None) -> dict[str, int]:
        all_dossiers, scores = list(self.assessments.values()), list(self.scores.values())
        dossiers.add_dossiers(cycle=self.cycle, assessments=all_dossiers, scores=scores, by=by)
        given = delegations(self.bundle, self.assessments, self.unit)
        dossiers.add_delegations(cycle=self.cycle, rows=given, by=by)
        appraisals, points = list(self._appraisals()), list(self._points())
        councils.add_appraisals(cycle=self.cycle, appraisals=appraisals, by=by)
        survey.add_points(cycle=self.cycle, points=points, by=by)
        handed_in = [assessment for assessment in all_dossiers if assessment.submitted_at]
        documents = list(self._documents())
        dossiers.add_documents(cycle=self.cycle, scores=scores, documents=documents, handed_in=handed_in, by=by)
        return {
            "councils": len(self.councils),
            "seats": len(self.seats),
            "dossiers": len(all_dossiers),
            **({"delegations": len(given)} if given else {}),
            "scores": len(scores),
            "citations": len(documents),
            "receipts": len(handed_in),
            "appraisals": len(appraisals),
            "survey_points": len(points),
        }

    @cached_property
    def units(self) -> dict[tuple[str, object], Unit]:
        """Stored or new, by code and first day."""
        units: dict[tuple[str, object], Unit] = {}
        for row in self.bundle.units:
            new = Unit(
                code=row.code, name=row.name, kind=row.kind, valid_from=row.valid_from, valid_until=row.valid_until
            )
            units[row.code, row.valid_from] = self.stored.units.get((row.code, row.valid_from), new)
        for row in self.bundle.units:
            unit, parent = units[row.code, row.valid_from], self.look.units.get(row.parent_code)
            if not unit.pk and parent:
                unit.parent = units[parent.code, parent.valid_from]
        return units

    def unit(self, code: str) -> Unit:
        """The unit that stands under the code at the end of the measured period."""
        row = self.look.units[code]
        return self.units[row.code, row.valid_from]

    @cached_property
    def people(self) -> dict[str, User]:
        return {
            row.username: self.stored.people.get(row.username)
            or User(username=row.username, full_name=row.full_name, position=row.position)
            for row in self.look.people
        }

    def _memberships(self) -> list[Membership]:
        """Roles that are not stored yet."""
        held = set(
            Membership.objects.filter(user__in=[user for user in self.people.values() if user.pk]).values_list(
                "user__username", "unit__code", "unit__valid_from", "role", "since"
            )
        )
        made = []
        for row in self.bundle.accounts:
            if row.role and row.since:
                unit = self.unit(row.unit_code)
                if (row.username, unit.code, unit.valid_from, row.role, row.since) not in held:
                    user = self.people[row.username]
                    made.append(Membership(user=user, unit=unit, role=row.role, since=row.since))
        return made

    @cached_property
    def cycle(self) -> Cycle:
        row, general = self.bundle.cycle, self.bundle.settings
        return Cycle(
            code=row.code,
            name=row.name,
            year=row.year,
            authority=self.unit(row.authority),
            period_start=row.period_start,
            period_end=row.period_end,
            previous=self.stored.previous,
            plan=row.plan,
            is_demo=row.is_demo,
            published_places=general.published_places,
            rank_on=general.rank_on,
            band_on=general.band_on,
            tie_rule=general.tie_rule,
            not_applicable=general.not_applicable,
            unscored=general.unscored,
            missing_survey=general.missing_survey,
            bundle_digest=self.bundle.digest,
            issued_at=self.now,
        )

    @cached_property
    def tiers(self) -> dict[str, Tier]:
        return {
            row.code: Tier(
                cycle=self.cycle,
                code=row.code,
                name=row.name,
                authority=self.unit(row.authority),
                standing_body=row.standing_body,
                position=position,
            )
            for position, row in enumerate(self.bundle.tiers)
        }

    @cached_property
    def groups(self) -> dict[Key, RankingGroup]:
        return {
            (row.tier, row.code): RankingGroup(
                tier=self.tiers[row.tier],
                code=row.code,
                name=row.name,
                kind=row.kind,
                parent=self.unit(row.parent),
                position=position,
            )
            for position, row in enumerate(self.bundle.groups)
        }

    @cached_property
    def sets(self) -> dict[str, CriteriaSet]:
        return {
            row.kind: CriteriaSet(
                cycle=self.cycle,
                kind=row.kind,
                title=row.title,
                scale=row.scale,
                survey_points=row.survey_points,
                bonus_cap=row.bonus_cap,
                penalty_cap=row.penalty_cap,
                may_exceed=row.may_exceed,
                legal_basis=row.legal_basis,
                is_demo=row.is_demo,
                number=row.number,
                issued_on=row.issued_on,
                signer=row.signer,
                state=SetState.DRAFT if row.is_draft else SetState.ISSUED,
            )
            for row in self.bundle.sets
        }

    @cached_property
    def criteria(self) -> dict[Key, Criterion]:
        found: dict[Key, Criterion] = {}
        for position, row in enumerate(self.bundle.criteria, 1):
            parent = found.get((row.kind, row.parent_code))
            found[row.kind, row.code] = Criterion(
                criteria_set=self.sets[row.kind],
                parent=parent,
                code=row.code,
                name=row.name,
                position=position,
                depth=parent.depth + 1 if parent else 0,
                is_leaf=(row.kind, row.code) not in self.look.inner,
                side=row.side,
                max_points=row.max_points,
                min_points=row.min_points,
                is_max_unknown=row.stated is None,
                method=row.method,
                entered_by=row.entered_by,
                evidence_asked=row.evidence,
                rule=row.rule,
                examples=row.examples,
                guidance=row.guidance,
                legal_basis=row.legal_basis,
                facets=row.facets,
                note=row.note,
            )
        return found

    def _lineage(self) -> Iterator[Lineage]:
        """Every leaf comes from the one with its code (or ``previous_code``) in the cycle before, or is new.

        Leaves that name the same one divide it by their maxima; those that nobody names are dropped.
        """
        for kind in self.sets if self.stored.previous else ():
            earlier = {code: each for (of, code), each in self.stored.earlier.items() if of == kind}
            leaves = {code: each for (of, code), each in self.criteria.items() if of == kind and each.is_leaf}
            for each in lineage.rows(self._links(kind, leaves, earlier), leaves, earlier):
                yield Lineage(
                    criteria_set=self.sets[kind],
                    criterion=leaves.get(each.new),
                    previous=earlier.get(each.old),
                    kind=LineageKind(each.kind),
                    share=each.share,
                    is_confirmed=True,
                    confirmed_at=self.now,
                )

    def _links(self, kind: str, leaves: dict[str, Criterion], earlier: dict[str, Criterion]) -> Iterator[lineage.Link]:
        named: dict[str, list[str]] = {}
        for row in self.bundle.criteria:
            before = row.previous_code or row.code
            if row.kind == kind and row.code in leaves and before in earlier:
                named.setdefault(before, []).append(row.code)
        for before, codes in named.items():
            parts = lineage.shares([abs(leaves[code].max_points or leaves[code].min_points) for code in codes])
            for code, share in zip(codes, parts, strict=True):
                yield lineage.Link(code, before, share)

    @cached_property
    def councils(self) -> dict[str, Council]:
        return {
            row.tier: Council(
                tier=self.tiers[row.tier],
                name=row.name,
                decision=row.decision,
                state=CouncilState.CLOSED if row.closed_at else CouncilState.OPEN,
                closed_at=row.closed_at,
                closed_by=self.people[row.closed_by] if row.closed_by else None,
            )
            for row in self.bundle.councils
        }

    @cached_property
    def seats(self) -> dict[Key, Seat]:
        return {
            (row.tier, row.username): Seat(
                council=self.councils[row.tier],
                user=self.people[row.username],
                agency=self.unit(row.agency_code) if row.agency_code else None,
                agency_name=row.agency_name,
                role=row.role,
                position=position,
            )
            for position, row in enumerate(self.bundle.seats)
        }

    @cached_property
    def assessments(self) -> dict[str, Assessment]:
        """A dossier for each unit that the cycle assesses; a draft where the bundle says nothing."""
        stated = {row.unit_code: row for row in self.bundle.dossiers}
        made = {}
        for code, unit in self.look.assessed.items():
            row = stated.get(code)
            made[code] = Assessment(
                cycle=self.cycle,
                tier=self.tiers[self.look.tier_of(unit)],
                unit=self.unit(code),
                criteria_set=self.sets[unit.kind],
                state=row.state if row else "draft",
                submitted_at=row.submitted_at if row else None,
                submitted_by=self.people[row.submitted_by] if row and row.submitted_by else None,
            )
        return made

    @cached_property
    def scores(self) -> dict[Key, Score]:
        officers = {row.unit_code: row.username for row in reversed(self.bundle.accounts) if row.role == "officer"}
        finals = {(row.unit_code, row.criterion_code): row for row in self.bundle.appraisals}
        made = {}
        for row in self.bundle.scores:
            key, assessment = (row.unit_code, row.criterion_code), self.assessments[row.unit_code]
            final = finals.get(key) if assessment.state == "appraised" else None
            made[key] = Score(
                assessment=assessment,
                criterion=self._criterion(*key),
                points=row.points,
                not_applicable=row.not_applicable,
                explanation=row.explanation,
                final_points=final.points if final else None,
                final_reason=final.reason if final else "",
                updated_by=self.people.get(officers.get(row.unit_code, "")),
                updated_at=assessment.submitted_at or self.now,
            )
        return made

    def _criterion(self, unit_code: str, criterion_code: str) -> Criterion:
        return self.criteria[self.look.assessed[unit_code].kind, criterion_code]

    def _documents(self) -> Iterator[Document]:
        for row in self.bundle.evidence:
            score = self.scores[row.unit_code, row.criterion_code]
            found = self.stored.inspected[row.path]
            name = named(row.path.name)
            yield Document(score, name, row.sha256, found.content_type, found.pages, row.path.read_bytes, row.cited)

    def _appraisals(self) -> Iterator[Appraisal]:
        for row in self.bundle.appraisals:
            assessment = self.assessments[row.unit_code]
            score = self.scores.get((row.unit_code, row.criterion_code))
            seat = self.seats[assessment.tier.code, row.username]
            yield Appraisal(
                assessment=assessment,
                criterion=self._criterion(row.unit_code, row.criterion_code),
                seat=seat,
                by=seat.user,
                self_points=score.points if score else None,
                self_not_applicable=score.not_applicable if score else False,
                points=row.points,
                not_applicable=row.not_applicable,
                reason=row.reason,
                decided_at=row.decided_at,
            )

    def _points(self) -> Iterator[SurveyPoint]:
        for row in self.bundle.survey:
            yield SurveyPoint(
                cycle=self.cycle,
                unit=self.unit(row.unit_code),
                criterion=self._criterion(row.unit_code, row.criterion_code),
                points=row.points,
                respondents=row.respondents,
            )
