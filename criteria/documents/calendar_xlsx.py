"""The calendar of a cycle as a workbook: phases and how the plan was read, extensions, days off, what was carried."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from criteria.models import Carried, DayOff, Extension
from criteria.selectors.calendar import Deadline, phase_words
from units.listing import Listed, Value, workbook

Line = Sequence[Value]


def calendar_workbook(
    standing: Iterable[Deadline],
    extensions: Iterable[Extension],
    days: Iterable[DayOff],
    carried: Iterable[Carried] | None = None,
) -> bytes:
    """``standing``: each phase as it stands for all units; ``carried``: None for readers who do not draw up plans."""
    sheets = [_phases(standing), _extensions(extensions), _days(days)]
    return workbook(*sheets, *([] if carried is None else [_carried(carried)]))


def _phases(standing: Iterable[Deadline]) -> Listed:
    heads = (
        (_("Kind of unit"), 22),
        (_("Phase"), 24),
        (_("Opens"), 17),
        (_("Closes by the plan"), 17),
        (_("How the plan is read"), 50),
        (_("The plan's own wording"), 40),
        (_("Day that the plan names"), 14),
        (_("Closes for all units"), 17),
        (_("By document"), 24),
        (_("Late dossiers until"), 17),
    )
    return Listed(_("Phases"), heads, (_phase(each) for each in standing))


def _phase(each: Deadline) -> Line:
    phase = each.phase
    return [
        str(phase.get_unit_kind_display()),
        str(phase.get_kind_display()),
        phase.opens_at,
        phase.closes_at,
        phase_words(phase, phase.cycle.demo_shift_days),
        phase.reading,
        phase.named_day,
        each.closes_at,
        each.extension.document if each.extension else "",
        each.late_until,
    ]


def _extensions(rows: Iterable[Extension]) -> Listed:
    heads = (
        (_("Phase"), 40),
        (_("For"), 34),
        (_("New deadline"), 17),
        (_("Reason"), 50),
        (_("Document"), 24),
        (_("Asked for by"), 24),
        (_("Asked for at"), 17),
        (_("Decided by"), 24),
        (_("Decided at"), 17),
        (_("State"), 20),
        (_("Note"), 40),
    )
    return Listed(_("Extensions"), heads, (_extension(each) for each in rows))


def _extension(each: Extension) -> Line:
    return [
        str(each.phase),
        each.unit.name if each.unit else _("all units of the kind"),
        each.closes_at,
        each.reason,
        each.document,
        str(each.asked_by),
        each.asked_at,
        str(each.decided_by or ""),
        each.decided_at,
        str(each.get_state_display()),
        each.note,
    ]


def _days(rows: Iterable[DayOff]) -> Listed:
    heads = ((_("Day"), 14), (_("What it is"), 40), (_("Offices"), 24))
    words = {True: _("offices open in exchange"), False: _("offices closed")}
    return Listed(_("Days off"), heads, ([each.day, each.name, words[each.is_working]] for each in rows))


def _carried(rows: Iterable[Carried]) -> Listed:
    heads = (
        (_("Kind"), 24),
        (_("Item"), 60),
        (_("Note"), 50),
        (_("Carried"), 14),
        (_("Affirmed by"), 24),
        (_("Affirmed at"), 17),
    )
    return Listed(_("Carried from the last cycle"), heads, _came_along(rows))


def _came_along(rows: Iterable[Carried]) -> Iterator[Line]:
    for each in rows:
        came = _("not carried") if each.is_left_out else _("carried")
        said = (str(each.get_kind_display()), each.label, each.note, came)
        yield [*said, str(each.affirmed_by or ""), each.affirmed_at]
