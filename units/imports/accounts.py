"""A workbook of accounts into rows: one line a role of a person in a unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.bundle import AccountRow
from units.imports.cells import Cells
from units.imports.workbook import Column, Line, Preview, Problem, Unreadable, read
from units.models import Membership, Role, Unit, User

USERNAME = re.compile(r"[\w.@+-]+")
# Hashing one password takes some 40 ms of a request that must end within half a minute.
MOST_PASSWORDS = 300
COLUMNS = (
    Column(
        "username", gettext_lazy("User name"), gettext_lazy("What the person signs in with"), "canbo.sxd", required=True
    ),
    Column("full_name", gettext_lazy("Full name"), gettext_lazy("As on paper"), "Nguyễn Thị Bình", required=True),
    Column("position", gettext_lazy("Position"), gettext_lazy("May be empty"), "Chuyên viên Văn phòng Sở"),
    Column("unit", gettext_lazy("Code of unit"), gettext_lazy("Code of a stored unit"), "SXD", required=True),
    Column("role", gettext_lazy("Role"), gettext_lazy("One of the roles"), "officer", required=True),
    Column("since", gettext_lazy("From day"), gettext_lazy("Empty: from today"), "01/11/2026"),
    Column("until", gettext_lazy("Until day"), gettext_lazy("First day on which the role is over"), ""),
    Column("reset", gettext_lazy("New password"), gettext_lazy("x: give a stored account a new first password"), ""),
)


@dataclass
class Book:
    """What the lines are compared with: units in reach by code, stored accounts, those that lie wholly in reach."""

    units: dict[str, Unit]
    people: dict[str, User]
    foreign: set[int]
    names: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, int, str], int] = field(default_factory=dict)


def parse(content: bytes, scope: Sequence[Unit], by: User) -> Preview[AccountRow]:
    """The preview of a workbook for the administrator ``by`` of ``scope``. Raises ``workbook.Unreadable``."""
    lines = read(content, COLUMNS)
    book = _book(lines, scope)
    preview: Preview[AccountRow] = Preview(len(lines))
    rows = [_row(line, book, by, preview.problems) for line in lines]
    preview.accepted = [row for row in rows if row]
    passwords = {row.username for row in preview.accepted if row.reset or row.username not in book.people}
    if len(passwords) > MOST_PASSWORDS:
        words = _("The file asks for %(count)s first passwords; at most %(most)s at once. Split it.")
        raise Unreadable([Problem("", words % {"count": len(passwords), "most": MOST_PASSWORDS})])
    return preview


def _book(lines: Sequence[Line], scope: Sequence[Unit]) -> Book:
    today = timezone.localdate()
    reach = Q(pk__in=[unit.pk for unit in scope])
    for path in ("parent", "parent__parent", "parent__parent__parent"):
        reach |= Q(**{f"{path}__in": [unit.pk for unit in scope]})
    units = {unit.code: unit for unit in Unit.objects.filter(reach).order_by("valid_from")}
    names = {line.cells.get("username", "").lower() for line in lines}
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    inside = Unit.objects.filter(reach).values("pk")
    roles = Membership.objects.filter(Q(until=None) | Q(until__gt=today), user__in=people.values())
    foreign = set(roles.exclude(unit__in=inside).values_list("user_id", flat=True))
    return Book(units, people, foreign)


def _row(line: Line, book: Book, by: User, problems: list[Problem]) -> AccountRow | None:
    """One line; None when a cell of it is refused."""
    cells = Cells(line, problems)
    username = cells.text("username", 150, required=True).lower()
    unit = _unit(cells, book)
    row = AccountRow(
        username=username,
        full_name=cells.text("full_name", 120, required=True),
        position=cells.text("position", 160),
        unit=cells.line.cells.get("unit", ""),
        unit_pk=unit.pk if unit else 0,
        role=cells.choice("role", Role.choices),
        since=cells.day("since") or timezone.localdate(),
        until=cells.day("until"),
        reset=cells.flag("reset"),
    )
    _check_person(row, book, by, cells)
    _check_role(row, book, cells)
    return row if cells.is_good else None


def _unit(cells: Cells, book: Book) -> Unit | None:
    code = cells.code("unit", 32)
    unit = book.units.get(code)
    if code and unit is None:
        cells.refuse("unit", _("is no unit that you administer"))
    return unit


def _check_person(row: AccountRow, book: Book, by: User, cells: Cells) -> None:
    """One name a person; nobody changes the own account or one that others answer for."""
    if row.username and not USERNAME.fullmatch(row.username):
        cells.refuse("username", _("may hold letters, digits and @ . + - _ only"))
    if row.username == by.username.lower():
        cells.refuse("username", _("is your own account: ask another administrator"))
    if book.names.setdefault(row.username, row.full_name) != row.full_name:
        cells.refuse("full_name", _("differs from the name in an earlier row of the same account"))
    known = book.people.get(row.username)
    if known and known.pk in book.foreign and (row.reset or row.full_name != known.full_name):
        cells.refuse(
            "username", _("also has roles in units that you do not administer: leave name and password as they are")
        )


def _check_role(row: AccountRow, book: Book, cells: Cells) -> None:
    if (row.until or date.max) <= row.since:
        cells.refuse("until", _("must be after the first day"))
    twin = book.seen.setdefault((row.username, row.unit_pk, row.role), cells.line.number)
    if row.unit_pk and row.role and twin != cells.line.number:
        cells.refuse("role", _("stands already in row %(row)s") % {"row": twin})
