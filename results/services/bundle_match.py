"""What is stored already of a bundle's units, people and previous cycle, and where it differs from the bundle."""

from pathlib import Path

from assessments.services import examining
from assessments.services.examining import Findings
from assessments.services.filetypes import RefusedFile
from criteria.models import Criterion, Cycle
from criteria.selectors import sets_in_force
from results.bundle.lookup import Lookup
from results.bundle.rows import Place, Problem, UnitRow, gettext_noop
from units.models import Unit, User
from units.selectors import standing_units

Key = tuple[str, str]


class Stored:
    """Rows that the bundle shares with what is stored; ``problems`` says where both differ."""

    def __init__(self, look: Lookup) -> None:
        self.look, self.bundle = look, look.bundle
        self.problems: list[Problem] = []
        self.units = {
            (unit.code, unit.valid_from): unit
            for unit in Unit.objects.filter(code__in={row.code for row in self.bundle.units}).select_related("parent")
        }
        names = {row.username for row in self.bundle.accounts}
        self.people = {user.username: user for user in User.objects.filter(username__in=names)}
        code = self.bundle.cycle.previous
        self.previous = Cycle.objects.filter(code=code).first() if code else None
        self.earlier: dict[Key, Criterion] = {}
        if self.previous:
            leaves = Criterion.objects.filter(criteria_set__in=sets_in_force(self.previous), is_leaf=True)
            self.earlier = {(each.criteria_set.kind, each.code): each for each in leaves.select_related("criteria_set")}
        self.inspected: dict[Path, Findings] = {}
        self._match_units()
        self._match_people()
        self._match_groups()
        self._match_previous()
        self._inspect()

    def _match_units(self) -> None:
        for row in self.bundle.units:
            if (stored := self.units.get((row.code, row.valid_from))) and not self._is_same(stored, row):
                text = gettext_noop(
                    "“%(code)s” is stored as “%(name)s” with another name, kind, parent or life span."
                    " A bundle does not change stored units."
                )
                self._problem(row.place, "code", text, code=row.code, name=stored.name)

    def _match_people(self) -> None:
        for row in self.look.people:
            stored = self.people.get(row.username)
            if stored and (stored.full_name, stored.position) != (row.full_name, row.position):
                text = gettext_noop("“%(username)s” is stored as %(name)s, %(position)s.")
                values = {"name": stored.full_name, "position": stored.position}
                self._problem(row.place, "full_name", text, username=row.username, **values)

    def _is_same(self, stored: Unit, row: UnitRow) -> bool:
        parent = self.look.units.get(row.parent_code)
        above = (stored.parent.code, stored.parent.valid_from) if stored.parent else None
        same_parent = above == ((parent.code, parent.valid_from) if parent else None)
        return same_parent and (stored.name, stored.kind, stored.valid_until) == (row.name, row.kind, row.valid_until)

    def _match_groups(self) -> None:
        """A stored unit that the bundle leaves out would be ranked without a dossier."""
        listed = {(row.code, row.valid_from) for row in self.bundle.units}
        standing = standing_units(self.bundle.cycle.period_end)
        for group in self.bundle.groups:
            parent = self.look.units[group.parent]
            below = standing.filter(kind=group.kind, parent__code=parent.code, parent__valid_from=parent.valid_from)
            for unit in below:
                if (unit.code, unit.valid_from) not in listed:
                    text = gettext_noop("“%(name)s” (%(code)s) is stored in this group and missing in the bundle.")
                    self._problem(group.place, "kind", text, name=unit.name, code=unit.code)

    def _match_previous(self) -> None:
        code = self.bundle.cycle.previous
        if code and self.previous is None:
            text = gettext_noop("There is no cycle “%(code)s” yet: load it first.")
            self._problem(self.bundle.cycle.place, "previous", text, code=code)
        for row in self.bundle.criteria if self.previous else ():
            if row.previous_code and (row.kind, row.previous_code) not in self.earlier:
                text = gettext_noop("The previous cycle has no criterion “%(code)s” of the kind “%(kind)s”.")
                self._problem(row.place, "previous_code", text, code=row.previous_code, kind=row.kind)

    def _inspect(self) -> None:
        """Type and pages of each document, by its content."""
        rows = {row.path: row for row in reversed(self.bundle.evidence)}
        for path, found in examining.inspect_all(list(rows)).items():
            if isinstance(found, RefusedFile):
                row = rows[path]
                text = gettext_noop(
                    "“%(name)s” was refused as evidence: its content is not that of a document, or it does not match"
                    " its name."
                )
                self._problem(row.place, "file", text, name=row.file)
            else:
                self.inspected[path] = found

    def _problem(self, place: Place, column: str, text: str, **values: object) -> None:
        self.problems.append(Problem(*place.at(column), text, values))
