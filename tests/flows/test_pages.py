"""Every page as its people meet it: found by links, read by axe, no wider than the window, no script error."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.flows import steps
from tests.flows.house import House
from tests.flows.season import Season

# One running house for all of them: they stay together when the tests are spread over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
WIDTHS = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})
PEOPLE = (
    "canbo.tayson",
    "truong.tayson",
    "truong.sxd",
    "hd.huongson",
    "hd.hs.nv",
    "hd.snv",
    "hd.chutich",
    "chuyenvien.snv",
    "phongnoivu.hs",
    "chutich.tinh",
    "quantri",
)
# Not pages: files, and what a script or a probe asks for.
FILES = (".xlsx", ".docx", ".pdf", ".csv", ".json", ".png", "/file", "/health/")
FILE_NAMES = {"assessments:evidence", "assessments:evidence_page", "units:notice_open"}


@dataclass
class Walk:
    """What one person met: an address for each kind of page, and what was wrong on it."""

    wrong: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


def kind_of(path: str) -> str | None:
    """The name of the page's address; None for what is not a page of ours."""
    if any(part in path for part in FILES):
        return None
    try:
        name = resolve(path).view_name
    except Resolver404:
        return None
    return None if name in FILE_NAMES else name


def look(page: Any, axe: Any, path: str, walk: Walk) -> None:
    """Open the page in both widths and note what is wrong."""
    answer = page.goto(path)
    if answer.status != 200:
        walk.wrong.append(f"{path}: {answer.status}")
        return
    for width in WIDTHS:
        page.set_viewport_size(width)
        if page.evaluate("document.documentElement.scrollWidth") > width["width"]:
            walk.wrong.append(f"{path}: wider than {width['width']}")
        found = axe.run(page).response["violations"]
        walk.wrong += [f"{path} at {width['width']}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]


def follow(page: Any, axe: Any, walk: Walk) -> None:
    """From the home page along every link, one address of each kind."""
    page.on("pageerror", lambda error: walk.wrong.append(f"{page.url}: {error}"))
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(urlsplit(path).path)
        if kind is None or kind in walk.seen:
            continue
        walk.seen[kind] = path
        look(page, axe, path, walk)
        links = page.eval_on_selector_all("a[href]", "all => all.map(each => each.getAttribute('href'))")
        waiting += [link for link in links if link.startswith("/")]


@pytest.mark.parametrize("username", PEOPLE)
def test_pages_of_a_person(flow_house: House, chromium: Any, season: Season, username: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no browser tests without playwright"
    ).Axe()
    walk = Walk()

    with steps.signed_in(chromium, flow_house.address, username) as page:
        follow(page, axe, walk)

    assert walk.wrong == []
    assert len(walk.seen) >= 6, walk.seen


def test_pages_of_everybody(flow_house: House, chromium: Any, season: Season) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no browser tests without playwright"
    ).Axe()
    walk = Walk()

    with chromium.new_context(base_url=flow_house.address, locale="vi-VN") as context:
        follow(context.new_page(), axe, walk)

    assert walk.wrong == []
    assert {"results:public", "results:ranking", "results:public_unit", "account_login"} <= set(walk.seen)
