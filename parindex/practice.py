"""The demonstration's data: two seasons of a real province with made-up figures, and accounts to try.

Demonstration accounts exist only here; nothing of this runs outside the practice mode.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.models import Council, CouncilState, SeatRole
from councils.services import sessions
from criteria.models import CriteriaSet, Cycle, Tier
from criteria.selectors import sets_in_force
from criteria.services import calendar, life
from results import tasks
from results.models import Publication
from results.services import decisions, publications, runs
from units import pdf
from units.models import Job, Membership, Role, Unit, UnitKind, User
from units.selectors import database_now

PASSWORD = "Trinh-dien-2022"  # noqa: S105
BUNDLES = ("ha_tinh_2021", "ha_tinh_2022")
# Whose results of last year are published: of one tier above and one below, or the preparation takes too long.
CHAIRMEN = ("chutich.tinh", "chutich.hs")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """An account to try, what it is for and where it belongs."""

    username: str
    role: str | Promise
    place: str


ACCOUNTS = (
    Account("canbo.sxd", gettext_lazy("Unit officer"), "Sở Xây dựng"),
    Account("truong.sxd", gettext_lazy("Head of unit"), "Sở Xây dựng"),
    Account("canbo.tayson", gettext_lazy("Unit officer"), "UBND thị trấn Tây Sơn"),
    Account("hd.snv", gettext_lazy("Council member"), "Sở Nội vụ"),
    Account("hd.chutich", gettext_lazy("Chair of the council"), "UBND tỉnh Hà Tĩnh"),
    Account("chuyenvien.snv", gettext_lazy("Staff of the standing body"), "Sở Nội vụ"),
    Account("phongnoivu.hs", gettext_lazy("Staff of a district"), "Phòng Nội vụ huyện Hương Sơn"),
    Account("chutich.tinh", gettext_lazy("Chairman"), "UBND tỉnh Hà Tĩnh"),
    Account("quantri", gettext_lazy("Administrator"), "UBND tỉnh Hà Tĩnh"),
)


def remarks() -> list[str]:
    """What this machine lacks, each in a sentence with its cure."""
    if pdf.problem():
        return [
            _(
                "The library Pango is missing, so no PDF can be made and last year stays unpublished; install it "
                "(Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0) and start the demonstration again."
            )
        ]
    if pdf.serif_font() == pdf.packaged_font():
        return [
            _(
                "No font with the metrics of Times New Roman was found, so papers are set in the wider Noto Serif; "
                "for the exact layout install one (Debian, Ubuntu: apt-get install fonts-croscore)."
            )
        ]
    return []


def forget(folder: Path) -> None:
    """Throw the practice data away. Only what the practice mode makes is removed, never the folder itself."""
    for name in ("parindex.sqlite3", "parindex.sqlite3-wal", "parindex.sqlite3-shm", "celerybeat-schedule"):
        (folder / name).unlink(missing_ok=True)
    for name in ("broker", "demo", "files"):
        shutil.rmtree(folder / name, ignore_errors=True)


def prepare(say: Say) -> None:
    """Load both seasons and the library, give the accounts their password, finish last year, move this year's calendar.

    Every step looks first whether it is done, so that a stopped preparation goes on where it was.
    """
    for folder in ("queue", "control"):
        (Path(settings.BROKER_DIR) / folder).mkdir(parents=True, exist_ok=True)
    for name in BUNDLES:
        _load(name, say)
    call_command("load_legal", Path(settings.BASE_DIR) / "fixtures" / "legal_documents.csv", stdout=StringIO())
    _give_passwords()
    last, this = Cycle.objects.order_by("year")
    if not pdf.problem():
        _finish(last, say)
    calendar.move_for_practice(cycle=this, now=database_now(), by=User.objects.get(username="quantri"))
    _draft(this)


def _load(name: str, say: Say) -> None:
    made = Path(settings.DATA_DIR) / "demo" / name
    stored = Cycle.objects.filter(code=name.replace("_", "-")).first()
    if stored:
        _refuse_outgrown(stored)
        return
    say(_("Loading the season %(name)s with demonstration figures …") % {"name": name})
    shutil.rmtree(made, ignore_errors=True)
    call_command("demo_bundle", Path(settings.BASE_DIR) / "fixtures" / name, out=made, stdout=StringIO())
    call_command("load_cycle", made, stdout=StringIO())


def _refuse_outgrown(cycle: Cycle) -> None:
    """Before sets had versions their rules were written otherwise; such a demonstration is not carried on."""
    if not sets_in_force(cycle).exists():
        raise CommandError(
            _("The demonstration's data are of an earlier version. Start afresh: manage.py demo --reset")
        )


def _give_passwords() -> None:
    """One password for all accounts of the bundles that have none yet: they are for practice only."""
    nobody = User.objects.filter(password__startswith="!")  # noqa: S106 - the mark of an unusable password
    nobody.update(password=make_password(PASSWORD))


def _finish(cycle: Cycle, say: Say) -> None:
    """Close, compute, decide and publish the tiers to look at, as their people would in the browser."""
    for tier in cycle.tiers.select_related("authority", "cycle"):
        chairman = _holder(tier.authority, Role.CHAIRMAN)
        if chairman and chairman.username in CHAIRMEN and not Publication.objects.filter(tier=tier).exists():
            say(_("Publishing %(tier)s …") % {"tier": tier})
            _close(tier)
            _publish(tier)


def _draft(cycle: Cycle) -> None:
    """A version to try the editor on: it says what the set in force says, and counts for nobody."""
    standing = sets_in_force(cycle).get(kind=UnitKind.DEPARTMENT)
    if not CriteriaSet.objects.filter(replaces=standing).exists():
        life.new_version(criteria_set=standing, by=_holder(cycle.authority, Role.STAFF))


def _holder(unit: Unit, role: Role) -> User | None:
    membership = Membership.objects.filter(unit=unit, role=role).select_related("user").first()
    return membership.user if membership else None


def _close(tier: Tier) -> None:
    council = Council.objects.get(tier=tier)
    if council.state == CouncilState.OPEN:
        chair = council.seats.select_related("user").filter(role=SeatRole.CHAIR)[0]
        sessions.close(council=council, by=chair.user)


def _publish(tier: Tier) -> None:
    staff, chairman = _holder(tier.authority, Role.STAFF), _holder(tier.authority, Role.CHAIRMAN)
    if not staff or not chairman:
        return
    run = runs.start(tier=tier, by=staff)
    _do(tasks.compute, run.job)
    run.refresh_from_db()
    decision = decisions.draft(
        run=run,
        number=f"{40 + tier.position}/QĐ-UBND",
        place="Hà Tĩnh" if tier.authority.kind == "province" else tier.authority.name.removeprefix("UBND huyện "),
        date=tier.cycle.period_end,
        signer=str(chairman),
        signer_office="CHỦ TỊCH",
        on_behalf_of=f"TM. {tier.authority.name}",
        by=staff,
    )
    _do(tasks.render_decision, decision.job)
    decision.refresh_from_db()
    decisions.approve(decision=decision, by=chairman)
    publications.publish(decision=decision, by=chairman)


def _do(task: Callable[[int], None], job: Job | None) -> None:
    """Do here what the worker would: the accounts are wanted before it runs."""
    if job:
        task(job.pk)


def accounts_table() -> str:
    """The accounts to try, one a role, and their password."""
    rows = [f"  {each.username:<16} {each.role!s:<36} {each.place}" for each in ACCOUNTS]
    head = _("Accounts to try (password of all: %(password)s)") % {"password": PASSWORD}
    return "\n".join(["", head, *rows, ""])


def greeting(address: str) -> str:
    """Where to look and three things to try."""
    tries = (
        _("Look at last year's ranking without signing in: %(address)s") % {"address": address},
        _("Sign in as canbo.sxd, fill the score sheet of Sở Xây dựng; then as truong.sxd, check and submit."),
        _("Sign in as hd.snv and appraise; as chuyenvien.snv compute; as chutich.tinh approve and publish."),
    )
    lines = [f"  {number}. {text}" for number, text in enumerate(tries, 1)]
    return "\n".join(
        [_("parindex is running: %(address)s") % {"address": address}, "", *lines, "", _("Ctrl-C ends it.")]
    )
