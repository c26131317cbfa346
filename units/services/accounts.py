"""Writes of the administrator's imports: units, accounts and their roles."""

import secrets
from collections.abc import Iterable, Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from units import audit
from units.bundle import AccountRow, FirstPassword, UnitRow
from units.models import Membership, Unit, User
from units.naming import folded, sort_key

# Without letters and digits that are taken for one another on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def import_units(*, rows: Sequence[UnitRow], file_name: str, sha256: str, by: User) -> tuple[int, int]:
    """Create the units that are new and rename or end the others; how many of each. ``rows``: parents first."""
    created, changed = [], []
    for row in rows:
        unit = Unit.objects.select_for_update().filter(code=row.code, valid_from=row.valid_from).first()
        if unit is None:
            created.append(_create(row).code)
        elif (unit.name, unit.valid_until) != (row.name, row.valid_until):
            unit.name, unit.valid_until = row.name, row.valid_until
            unit.folded, unit.sort_key = folded(row.name), sort_key(row.name)
            unit.save(update_fields=["name", "valid_until", "folded", "sort_key"])
            changed.append(row.code)
    audit.record(by, "units.imported", by, file=file_name, sha256=sha256, created=created, changed=changed)
    return len(created), len(changed)


def _create(row: UnitRow) -> Unit:
    """A new unit below the newest unit of its parent's code."""
    parent = Unit.objects.filter(code=row.parent).order_by("-valid_from").first() if row.parent else None
    return Unit.objects.create(
        code=row.code,
        name=row.name,
        folded=folded(row.name),
        sort_key=sort_key(row.name),
        kind=row.kind,
        parent=parent,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def first_passwords(rows: Iterable[AccountRow]) -> dict[str, tuple[FirstPassword, str]]:
    """A first password and its hash for each account that is new or asks for one.

    Outside the transaction of ``import_accounts``: hashing is slow on purpose and must not hold the database.
    """
    names = {row.username: row.full_name for row in rows}
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    asked = {row.username for row in rows if row.reset or row.username not in known}
    made = {name: "-".join(_word() for _part in range(3)) for name in sorted(asked)}
    return {
        name: (FirstPassword(name, names[name], password), make_password(password)) for name, password in made.items()
    }


def _word() -> str:
    """Five letters or digits; three such words carry 74 bits."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(5))


@transaction.atomic
def import_accounts(
    *,
    rows: Sequence[AccountRow],
    passwords: dict[str, tuple[FirstPassword, str]],
    file_name: str,
    sha256: str,
    by: User,
) -> list[FirstPassword]:
    """Create accounts, bring names and roles up to date, set first passwords; the passwords that were set.

    The record of what happened names the accounts and roles, never a password.
    """
    people = _people(rows, {name: hashed for name, (_first, hashed) in passwords.items()})
    roles = [[row.username, row.unit_pk, row.role] for row in rows if _give_role(people[row.username], row)]
    audit.record(by, "accounts.imported", by, file=file_name, sha256=sha256, passwords=sorted(passwords), roles=roles)
    return [first for first, _hashed in passwords.values()]


def _people(rows: Sequence[AccountRow], hashes: dict[str, str]) -> dict[str, User]:
    people = {}
    for row in {row.username: row for row in rows}.values():
        user = User.objects.select_for_update().filter(username=row.username).first() or User(username=row.username)
        user.full_name = row.full_name
        user.position = row.position or user.position
        user.password = hashes.get(row.username, user.password)
        user.save()
        people[row.username] = user
    return people


def _give_role(user: User, row: AccountRow) -> bool:
    """Give the role, or end the standing one on the day in the row; whether anything changed."""
    overlapping = Q(until=None) | Q(until__gt=row.since)
    if row.until:
        overlapping &= Q(since__lt=row.until)
    standing = Membership.objects.filter(overlapping, user=user, unit=row.unit_pk, role=row.role)
    held = standing.order_by("-since").first()
    if held is None:
        Membership.objects.create(user=user, unit_id=row.unit_pk, role=row.role, since=row.since, until=row.until)
        return True
    if held.until == row.until:
        return False
    held.until = row.until
    held.save(update_fields=["until"])
    return True
