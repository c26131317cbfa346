"""The public pages: published rankings, units, open data. Without a standing publication none of them exists."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from criteria.templatetags.points import points
from results import charts, forms, index, policies
from results.charts import Axis, Bar, Course, Svg, Words
from results.documents import data
from results.models import Publication, Run, UnitResult
from results.selectors import published, runs
from results.selectors.published import Area, GroupTable, Row, Year
from results.selectors.unfold import way_of
from results.views import decisions
from units.models import Unit
from units.selectors import database_now

NO_STORE = "private, no-store"
View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """For everybody, signed in or not; never kept by a browser or proxy, neither the page nor that there is none.

    A page kept after the withdrawal, or a "not found" kept after the publication, would tell something untrue.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        try:
            response = view(request, **kwargs)
        except Http404:
            response = render(request, "errors/404.html", status=404)
        response["Cache-Control"] = NO_STORE
        return response

    return require_safe(guarded)


@open_to_all
def listing(request: HttpRequest) -> HttpResponse:
    """Every published tier, newest year first."""
    publications = policies.publications_open_to_all(database_now())
    years: dict[int, list[Publication]] = {}
    for publication in publications:
        years.setdefault(publication.tier.cycle.year, []).append(publication)
    return render(request, "results/public.html", {"years": list(years.items())})


@open_to_all
def ranking(request: HttpRequest, tier_pk: int) -> HttpResponse:
    """The ranking of each group, with bands and the change on last year."""
    now = database_now()
    publication = policies.published_tier(tier_pk, now)
    run = publication.decision.run
    tables = published.tables(run, published.last_year(publication.tier, now))
    form = forms.SearchForm(request.GET)
    text = form.text()
    context = {
        **_frame(publication),
        "form": form,
        "text": text,
        "groups": [(table, _metered(published.found(table, text)), _histogram(table, run)) for table in tables],
        "has_before": any(row.before for table in tables for row in table.rows),
    }
    return render(request, "results/public_ranking.html", context)


@open_to_all
def unit(request: HttpRequest, tier_pk: int, unit_pk: int) -> HttpResponse:
    """A unit's areas against the mean of its group, and its ranks over the years."""
    now = database_now()
    publication, chosen = policies.published_unit(tier_pk, unit_pk, now)
    run = publication.decision.run
    table, result = _place(run, chosen)
    means = published.area_means(row.result for row in table.rows)
    areas = [(area, means.get(area.code)) for area in published.areas_of(result)]
    years = published.years_of(chosen, publication.tier, now)
    lines = runs.lines_of(run, chosen.pk)
    context = {
        **_frame(publication),
        "unit": chosen,
        "result": result,
        "table": table,
        "mean": published.published_mean(table, run.settings["published_places"]),
        "areas": [(area, _rounded(area, means, run)) for area, _mean in areas],
        "bars": _bars(chosen, areas),
        "radar": _radar(chosen, table, areas),
        "years": years,
        "bump": _bump(chosen, years),
        "exempt": [line for line in lines if line.convention],
        "way": way_of(run, result, lines),
    }
    return render(request, "results/public_unit.html", context)


@open_to_all
def open_data(request: HttpRequest, tier_pk: int) -> HttpResponse:
    """Everything that was published, as CSV."""
    run = policies.published_tier(tier_pk, database_now()).decision.run
    response = HttpResponse(data.open_data(run), content_type="text/csv; charset=utf-8")
    name = f"{run.settings['cycle']}-{run.settings['tier']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@open_to_all
def decision(request: HttpRequest, tier_pk: int) -> HttpResponse:
    """The decision as it was approved."""
    return decisions.pdf_of(policies.published_tier(tier_pk, database_now()).decision)


@open_to_all
def workbook(request: HttpRequest, tier_pk: int) -> HttpResponse:
    return decisions.workbook(policies.published_tier(tier_pk, database_now()).decision.run)


def _frame(publication: Publication) -> dict[str, object]:
    run = publication.decision.run
    tier = publication.tier
    return {
        "publication": publication,
        "tier": tier,
        "cycle": tier.cycle,
        "run": run,
        "settings": run.settings,
        "places": run.settings["published_places"],
    }


def _place(run: Run, chosen: Unit) -> tuple[GroupTable, UnitResult]:
    """The unit's group and its result; the policy has made sure that there is one."""
    return next(
        (table, row.result) for table in published.tables(run) for row in table.rows if row.result.unit_id == chosen.pk
    )


def _rounded(area: Area, means: dict[str, Fraction], run: Run) -> Decimal | None:
    mean = means.get(area.code)
    return None if mean is None else index.published(mean, run.settings["published_places"])


def _metered(rows: tuple[Row, ...]) -> list[tuple[Row, Svg | None]]:
    """Each row with the bar of its index."""
    return [(row, None if row.result.index is None else charts.meter(row.result.index)) for row in rows]


def _histogram(table: GroupTable, run: Run) -> Svg | None:
    values = [row.result.index for row in table.ranked if row.result.index is not None]
    if len(values) < 2:
        return None
    words = Words(
        f"spread-{table.group.pk}",
        _("How the indexes are spread: %(group)s") % {"group": table.group.name},
        _("Number of units in each step of 5 percent; dashed lines: where a band begins. The table has every index."),
    )
    return charts.histogram(words, values, [(band["name"], Decimal(band["lower"])) for band in run.settings["bands"]])


def _bars(chosen: Unit, areas: list[tuple[Area, Fraction | None]]) -> Svg:
    words = Words(
        "areas",
        _("Points of each area: %(unit)s") % {"unit": chosen.name},
        _("Solid: points reached; outlined: lost; diamond: mean of the group. The table has the same figures."),
    )
    return charts.bars(words, [_bar(area, mean) for area, mean in areas if area.maximum])


def _bar(area: Area, mean: Fraction | None) -> Bar:
    value = f"{points(area.points)} / {points(area.maximum)}"
    share = None if mean is None else mean * Fraction(area.maximum) / 100
    return Bar(f"{area.code}. {area.name}", value, area.points, area.maximum, share)


def _radar(chosen: Unit, table: GroupTable, areas: list[tuple[Area, Fraction | None]]) -> Svg | None:
    axes = [Axis(area.code, area.share, mean) for area, mean in areas if area.share is not None and mean is not None]
    if len(axes) < 3:
        return None
    words = Words(
        "radar",
        _("Percent of each area: %(unit)s against the mean of its group") % {"unit": chosen.name},
        _("One spoke for each area, numbered as in the table, from 0 in the middle to 100 on the rim."),
    )
    return charts.radar(words, axes, chosen.name, _("Mean of: %(group)s") % {"group": table.group.name})


def _bump(chosen: Unit, years: list[Year]) -> Svg | None:
    """The unit's ranks over the years among those of its group; None for a single year."""
    if len(years) < 2:
        return None
    units = sorted({unit for year in years for unit in year.ranks})
    courses = [Course(str(unit), [year.ranks.get(unit) for year in years], unit == chosen.pk) for unit in units]
    words = Words(
        "ranks",
        _("Ranks over the years: %(unit)s") % {"unit": chosen.name},
        _("Thick line: this unit; thin lines: the others of its group; first rank on top. The table has the ranks."),
    )
    return charts.bump(words, [str(year.year) for year in years], courses)
