"""The frame on a cited page: drawn by mouse, by keyboard, given up, taken off; and found again where it is read."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.house import House
from tests.flows.season import blank_paper
from tests.flows.steps import LEAF, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
EDGES = ("left", "top", "right", "bottom")
COMMUNE = "18136"
FOUND = (
    "from assessments.models import Citation; "
    f"found = Citation.objects.filter(score__assessment__unit__code='{COMMUNE}', evidence__name='khung.pdf'); "
)


def edges(page: Any) -> list[str]:
    return [page.locator(f"#id_{name}").input_value() for name in EDGES]


def edge_path(page: Any) -> str:
    found: str = page.locator(".box-edge").get_attribute("d") or ""
    return found


def drag(page: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    """From one point of the picture to another, in per cent of it."""
    area = page.locator(".drawing img").bounding_box()

    def at(point: tuple[int, int]) -> tuple[float, float]:
        return area["x"] + area["width"] * point[0] / 100, area["y"] + area["height"] * point[1] / 100

    page.mouse.move(*at(start))
    page.mouse.down()
    page.mouse.move(*at(end), steps=4)
    page.mouse.up()


@pytest.fixture(scope="module")
def citation(flow_house: House, chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The path of the place of a proof that a commune's officer has just brought; gone afterwards."""
    paper = blank_paper(tmp_path_factory.mktemp("boxes") / "khung.pdf")
    with signed_in(chromium, flow_house.address, "canbo.tayson") as page:
        page.goto("/dossiers/")
        page.locator("main a.btn", has_text=re.compile("Mở phiếu")).first.click()
        page.locator("#journal[data-ready]").wait_for(state="attached")
        leaf = page.locator(LEAF).first
        leaf.locator("details.more > summary").first.click()
        leaf.locator("form.attach input[type=file][multiple]").set_input_files(paper)
        leaf.locator(".files", has_text="khung.pdf").wait_for()
    yield f"/citations/{flow_house.manage('shell', '-c', FOUND + 'print(found.get().pk)').split()[-1]}/"
    flow_house.manage("shell", "-c", FOUND + "found.delete()")


def test_a_frame_is_drawn_moved_given_up_and_taken_off(flow_house: House, chromium: Any, citation: str) -> None:
    with signed_in(chromium, flow_house.address, "canbo.tayson") as page:
        page.goto(citation)
        page.locator(".drawing.is-on").wait_for()
        page.locator(".drawing").scroll_into_view_if_needed()
        drag(page, (20, 10), (60, 20))
        drawn = edges(page)
        assert page.locator("#id_page").input_value() == "1"
        assert [round(float(each.replace(",", "."))) for each in drawn] == [20, 10, 60, 20]

        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        assert edges(page) != drawn
        page.keyboard.press("Escape")
        assert edges(page) == ["", "", "", ""]

        page.locator("[data-act=draw]").focus()
        page.keyboard.press("Enter")
        start = edges(page)
        for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
            page.keyboard.press(key)
        assert (start, edges(page)) == (["20", "20", "80", "35"], ["19", "19", "80", "35"])
        page.get_by_role("button", name="Lưu").click()
        page.wait_for_url(re.compile(r"/dossiers/\d+/"))

        page.goto(citation)
        assert (edges(page), edge_path(page)) == (["19", "19", "80", "35"], "M1900 1900H8000V3500H1900Z")
        page.locator("[data-act=remove]").click()
        assert (edges(page), edge_path(page)) == (["", "", "", ""], "")


def test_a_frame_is_where_the_leaf_leads(flow_house: House, chromium: Any, citation: str) -> None:
    with signed_in(chromium, flow_house.address, "canbo.tayson") as page:
        page.goto(citation)
        for name, value in zip(EDGES, ("10", "70,5", "90", "80"), strict=True):
            page.fill(f"#id_{name}", value)
        page.fill("#id_page", "1")
        page.get_by_role("button", name="Lưu").click()
        page.wait_for_url(re.compile(r"/dossiers/\d+/"))
        link = page.locator(".files a", has_text="tr. 1, có khung")
        if not link.count():
            page.locator(f"{LEAF} details.more > summary").first.click()
        link.click()
        page.wait_for_url(re.compile("#cited"))
        frame = page.locator("#cited")
        frame.wait_for(state="attached")
        area = frame.bounding_box()
        assert area is not None
        assert 0 <= area["y"] < page.viewport_size["height"]
        assert page.get_by_role("img", name="khung được viện dẫn").count() == 1
