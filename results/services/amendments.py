"""Amendments of a criteria set in mid-cycle: applied and undone in one transaction each, nobody's answer changed."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.services import amending as dossiers
from councils.services import amending as councils
from criteria.models import CriteriaSet, Cycle
from criteria.services import amending as exemptions
from criteria.services import life
from results.models import Amendment
from results.selectors.amending import Plan, finished, plan
from surveys.services import amending as surveys
from units import audit
from units.models import User
from units.selectors import database_now


class Blocked(Exception):
    """The amendment cannot be made now. ``obstacles`` says why, as ``selectors.amending.Obstacle``."""

    def __init__(self, obstacles: tuple[str, ...]) -> None:
        super().__init__(", ".join(obstacles))
        self.obstacles = obstacles


class Changed(Exception):
    """What the person saw is no longer what would happen: the plan is shown again."""


class Undone(Exception):
    """The amendment was taken back already, or another one stands on it."""


def fingerprint(shown: Plan) -> str:
    """Counts that a person has seen and agreed to; compared again when the amendment is applied."""
    leaves = [f"{name}={number}" for name, number in shown.counts.items()]
    units = [f"{name}={number}" for name, number in shown.totals.items()]
    return "·".join([*leaves, "/", *units, f"letters={shown.letters}", f"seats={shown.seats_lost}"])


@transaction.atomic
def apply(
    *, new: CriteriaSet, number: str, issued_on: date, signer: str, reason: str, seen: str, by: User
) -> Amendment:
    """Issue ``new`` in the place of the version it replaces and move every dossier onto it.

    ``seen``: the fingerprint of the plan that the person agreed to. Answers on unchanged leaves go along with their
    evidence and decisions; answers on other leaves stay with the old version, set aside. While self-scoring is open,
    submitted dossiers go back to their units if there is something to answer. Raises ``Blocked``, ``Changed`` and what
    ``criteria.services.life.supersede`` raises.
    """
    Cycle.objects.select_for_update().get(pk=new.cycle_id)
    what = plan(new)
    if what is None or what.obstacles:
        raise Blocked(what.obstacles if what else ("not_a_version",))
    if fingerprint(what) != seen:
        raise Changed
    life.supersede(old=what.old, new=new, number=number, issued_on=issued_on, signer=signer, by=by)
    moved = dossiers.move(old=what.old, new=new, pairs=what.pairs, by=by)
    _others(old=what.old, new=new, pairs=what.pairs, nodes=what.nodes, by=by)
    returned = _give_back(what, reason, by)
    dossiers.tell(criteria_set=new, text=_told(new, number, len(what.to_answer)))
    councils.tell(criteria=what.nodes.values(), text=_told(new, number, len(what.to_answer)), link=_page(new))
    made = Amendment.objects.create(
        old=what.old,
        new=new,
        reason=reason,
        effects={"leaves": what.counts, "units": _plain(what), "dossiers": moved},
        moves={"pairs": list(what.pairs.items()), "nodes": list(what.nodes.items()), "returned": returned},
        applied_by=by,
        applied_at=database_now(),
    )
    told = {"from": what.old.pk, "to": new.pk, "leaves": what.counts, "reason": reason}
    audit.record(by, "criteria.amended", made, unit=new.cycle.authority, **told)
    return made


def _plain(what: Plan) -> dict[str, str]:
    """The sums as text, for JSON keeps no exact decimals."""
    return {name: str(each) for name, each in what.totals.items()}


def _others(
    *, old: CriteriaSet, new: CriteriaSet, pairs: Mapping[int, int], nodes: Mapping[int, int], by: User
) -> None:
    councils.move(old=old, new=new, pairs=pairs, nodes=nodes, by=by)
    surveys.move(new=new, pairs=pairs, by=by)
    exemptions.move_exemptions(new=new, nodes=nodes, by=by)


def _give_back(what: Plan, reason: str, by: User) -> list[int]:
    if not (what.to_answer and what.is_open):
        return []
    return dossiers.give_back(criteria_set=what.new, note=_note(reason), by=by)


def _note(reason: str) -> str:
    return _("The criteria set was amended: %(reason)s") % {"reason": reason}


def _page(criteria_set: CriteriaSet) -> str:
    return reverse("criteria:set", args=[criteria_set.pk])


def _told(new: CriteriaSet, number: str, leaves: int) -> str:
    text = _("“%(title)s” was amended by %(number)s: %(leaves)s criteria are to be answered; all other answers stand.")
    return text % {"title": new.title, "number": number, "leaves": leaves}


@transaction.atomic
def undo(*, amendment: Amendment, reason: str, by: User) -> Amendment:
    """Put the version before in force again and every answer that went along back in its place.

    Answers given on the newer version since then stay with it, set aside. Dossiers that were returned count as
    submitted again unless something was written in them. Raises ``Undone``, or ``Blocked`` once an appraisal is closed.
    """
    rows = Amendment.objects.select_for_update(of=("self",)).select_related("old__cycle", "new__cycle")
    amendment = rows.get(pk=amendment.pk)
    later = Amendment.objects.filter(old=amendment.new, undone_at=None)
    if amendment.undone_at or later.exists():
        raise Undone
    old, new = amendment.old, amendment.new
    over = tuple(finished(Assessment.objects.filter(criteria_set=new).values_list("tier", flat=True).distinct()))
    if over:
        raise Blocked(over)
    pairs = {after: before for before, after in amendment.moves["pairs"]}
    nodes = {after: before for before, after in amendment.moves["nodes"]}
    life.restore(old=old, new=new, by=by)
    dossiers.move(old=new, new=old, pairs=pairs, by=by)
    _others(old=new, new=old, pairs=pairs, nodes=nodes, by=by)
    returned, since = amendment.moves["returned"], amendment.applied_at
    dossiers.take_back(dossiers=returned, note=_note(amendment.reason), since=since, by=by)
    text = _("The amendment of “%(title)s” was taken back.") % {"title": old.title}
    dossiers.tell(criteria_set=old, text=text)
    councils.tell(criteria=nodes.values(), text=text, link=_page(old))
    amendment.undone_by, amendment.undone_at, amendment.undone_reason = by, database_now(), reason
    amendment.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    audit.record(by, "criteria.amendment_undone", amendment, unit=old.cycle.authority, reason=reason)
    return amendment
